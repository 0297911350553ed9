//! What every store must do, told as stories: one file a room, each story a
//! function over an empty [`Store`].
//!
//! A store's own tests run them all with one line:
//!
//! ```text
//! async fn fresh() -> (SqliteStore, TempDir) { … }
//! store_contract::stories!(fresh);
//! ```
//!
//! To add a room, write `src/<room>.rs` with `pub async fn <story>(store: &dyn Store)`
//! and its line in the list below. A story that is not on the list fails
//! `tests/list.rs`.

use domain::store::Store;
use std::{future::Future, pin::Pin};

pub mod statements;
pub mod support;

/// A story while it is told.
pub type Telling<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A story under its name, `room::story`.
pub struct Story {
    pub name: &'static str,
    /// Tells it to an empty store. Panics where the store does otherwise.
    pub tell: for<'a> fn(&'a dyn Store) -> Telling<'a>,
}

macro_rules! rooms {
    ($d:tt $($room:ident: [$($story:ident),* $(,)?])*) => {
        $(pub mod $room;)*

        /// Every story.
        pub const STORIES: &[Story] = &[$($(
            Story {
                name: concat!(stringify!($room), "::", stringify!($story)),
                tell: |store| Box::pin($room::$story(store)),
            },
        )*)*];

        /// Makes each story a test of its own. `fresh` is an async function
        /// without arguments that answers with an empty store and with what
        /// has to live as long as it.
        #[macro_export]
        macro_rules! stories {
            ($d fresh:ident) => {
                $(mod $room {$(
                    #[tokio::test]
                    async fn $story() {
                        let (store, _kept) = super::$d fresh().await;
                        $d crate::$room::$story(&store).await;
                    }
                )*})*
            };
        }
    };
}

rooms! { $
    accounts: [
        a_handle_is_taken_once,
        a_member_is_found_by_what_the_handle_looks_like,
        whoever_waits_is_listed_until_let_in,
        an_account_that_was_not_let_in_goes,
        roles_and_password_are_kept,
        a_session_is_found_until_it_expires,
        a_session_that_was_signed_out_does_not_come_back,
        a_device_is_its_members_until_it_is_signed_out,
        devices_are_listed_latest_first,
        nobody_signs_out_the_device_of_another,
        all_devices_but_one_are_signed_out,
        a_recovery_code_works_once,
        new_codes_replace_the_old,
        a_reset_link_works_once_and_in_time,
        an_invitation_works_once_and_in_time,
        the_audit_log_is_read_newest_first,
        the_log_names_nobody_who_is_gone,
        of_those_with_a_role_the_first_is_found,
    ]
    articles: [
        an_article_appears_when_its_moment_has_come,
        an_article_is_kept_whole,
        an_article_comes_once_from_its_source,
        lists_of_articles_have_an_order,
        a_cursor_made_by_hand_shows_nothing_early,
        an_article_knows_its_neighbours,
        one_series_is_current,
        a_series_is_found_by_its_names,
        a_new_name_begins_a_series,
        a_series_is_called_something_else,
        an_address_is_given_once,
        two_editors_do_not_overwrite_each_other,
        an_answered_prompt_stays,
        only_an_editor_writes,
        nothing_empty_appears,
        what_was_answered_is_not_deleted,
    ]
    care: [
        a_call_waits_until_it_is_answered,
        what_is_kept_already_is_not_kept_twice,
        an_answer_counts_for_what_was_read,
        closing_is_refused_when_they_have_written_meanwhile,
        a_closed_call_opens_again,
        whoever_asked_says_how_it_is,
        a_code_opens_its_own_call_only,
        those_concerned_are_told,
        a_reply_waits_until_someone_of_the_desk_has_read_it,
        someone_of_the_desk_answers_in_public,
        nobody_answers_what_they_asked,
        one_supporter_looks_after_a_call,
        a_call_is_handed_over_and_escalated,
        the_longest_waiting_comes_first_and_all_are_counted,
        those_who_asked_stand_before_what_was_only_noticed,
        what_somebody_takes_for_a_call_stands_with_those_who_asked,
        calls_that_do_not_wait_are_read_latest_first,
        how_long_people_waited_is_known,
        entries_are_read_page_by_page,
        a_post_comes_to_the_desk_once,
        a_comment_from_the_desk_answers_what_it_stands_under,
        a_members_reply_in_a_room_counts_once_confirmed,
        an_answer_that_is_taken_back_leaves_the_call_waiting,
        a_post_that_is_taken_back_closes_its_call,
        calls_of_others_stay_when_a_share_goes,
        a_held_comment_is_published_as_it_was_read,
        what_was_brought_in_counts_for_no_figure,
    ]
    changes: [
        what_others_see_makes_a_new_version,
        what_nobody_else_sees_makes_none,
        a_unit_that_goes_away_makes_none,
        the_next_article_to_appear_is_known,
    ]
    comments: [
        a_thread_reads_depth_first_and_oldest_first,
        a_page_after_a_page_meets_every_comment_once,
        a_cursor_made_by_hand_begins_at_the_start,
        a_page_that_is_to_hold_a_comment_holds_it,
        a_long_branch_does_not_hide_the_others,
        a_branch_is_a_part_of_its_own_thread_only,
        a_held_comment_is_seen_by_its_guest_only,
        a_comment_with_replies_leaves_a_gap,
        a_gap_goes_with_its_last_reply,
        only_what_is_published_counts,
        an_anonymous_comment_does_not_name_its_author,
        a_guest_keeps_the_first_pseudonym,
        an_edit_is_marked,
        a_place_in_a_thread_is_never_given_twice,
        threads_do_not_mix,
        what_is_not_there_is_not_found,
        an_imported_comment_is_found_by_its_source,
    ]
    drafts: [
        a_draft_belongs_to_its_owner,
        a_draft_is_kept_in_place_of_the_last,
        a_draft_remembers_why_the_post_failed,
        drafts_are_listed_newest_first,
        drafts_are_forgotten_by_age,
    ]
    holds: [
        the_same_words_wait_within_a_day,
        what_was_not_kept_was_not_said,
        what_was_said_is_forgotten,
        first_posts_wait_if_the_host_wants_it,
        whose_words_are_weighed,
    ]
    home: [
        every_room_is_heard,
    ]
    house: [
        a_page_says_what_was_kept_last,
        only_a_host_changes_a_page,
        two_hosts_do_not_overwrite_each_other,
        a_page_says_again_what_comes_with_chorus,
    ]
    jobs: [
        a_job_is_claimed_once_until_it_is_due,
        a_claim_that_is_not_kept_leaves_the_job_due,
        a_clock_that_was_far_ahead_stops_no_job,
    ]
    live: [
        a_comment_that_everyone_sees_is_told,
        a_unit_that_goes_away_tells_nothing,
        support_is_told_when_it_changes,
        whoever_asked_hears_of_what_they_can_see,
        a_member_hears_of_their_own,
        those_who_keep_the_house_hear_of_what_comes_to_wait,
        what_everyone_is_asked_is_told_as_they_see_it,
        news_have_an_order_and_names_without_one,
        news_are_forgotten,
    ]
    journal: [
        what_was_kept_comes_to_the_desk_once_and_with_its_time,
        whatever_comes_first_nothing_is_lost,
        words_for_no_call_are_a_call,
        whoever_was_signed_in_is_the_one_who_asked,
    ]
    moderation: [
        what_waits_is_read_oldest_first_and_once,
        a_queue_goes_on_where_one_is_gone,
        what_is_reported_stands_on_the_desk_by_harm_and_age,
        a_worry_leads_to_care_and_not_to_the_desk,
        one_person_reports_a_thing_once,
        only_what_others_wrote_and_everyone_sees_is_reported,
        reports_go_with_the_thing,
        a_ruling_is_carried_out_and_settles_what_was_reported,
        what_is_hidden_tells_its_writer_why,
        a_decision_is_about_what_was_read,
        who_decides_has_to_be_someone_else_with_a_reason,
        the_longest_suspension_counts_until_it_is_lifted,
        an_anonymous_thing_is_not_linked_to_its_authors_others,
        a_ban_lasts_when_a_second_person_agrees,
        where_one_person_keeps_the_house_a_ban_waits_for_a_day,
        who_keeps_the_house_is_counted,
        an_appeal_is_answered_by_someone_else,
        an_anonymous_keeper_is_counted_like_anyone,
        a_thread_is_locked_by_those_who_keep_the_house,
        a_decision_goes_with_its_author,
        what_was_decided_about_someone_unnamed_leaves_by_itself,
        whoever_reported_and_is_gone_is_not_told_by_it,
        a_second_report_is_not_kept,
        what_was_reported_is_forgotten_once_it_is_settled,
        whoever_is_thanked_is_told_when_it_can_be_seen,
        an_answer_that_nobody_sees_answers_nothing,
        a_call_that_is_removed_still_waits,
        two_hosts_learn_together_who_wrote_something,
        an_anonymous_host_is_no_exception,
    ]
    notifications: [
        answers_to_one_share_are_one_line,
        an_answer_tells_whom_it_answers,
        a_held_answer_tells_nobody_until_it_is_published,
        who_is_thanked_is_told,
        support_tells_the_author,
        a_line_that_was_read_begins_anew,
        everyone_reads_their_own,
        a_long_list_comes_in_pages,
        unwanted_kinds_do_not_come,
        notifications_are_forgotten,
    ]
    once: [
        the_same_key_gives_the_same_answer,
        two_writers_with_one_key_are_two,
        a_derived_key_counts_for_ten_minutes,
        answers_are_forgotten_by_age,
        an_answer_is_kept_with_what_it_answers,
    ]
    parallel: [
        the_same_key_twice_at_once_is_done_once,
        a_handle_is_taken_by_one_of_two,
        every_comment_has_a_place_of_its_own,
        a_recovery_code_works_for_one_of_two,
        a_question_is_answered_by_one_of_two,
        of_two_last_passkeys_one_stays,
        an_invitation_works_for_one_of_two,
        of_two_editors_one_is_told,
        two_articles_of_one_name_have_two_addresses,
        of_two_decisions_one_counts,
        what_is_said_under_a_story_that_goes_goes_with_it,
        roles_given_at_once_are_all_kept,
        a_job_is_claimed_by_one_of_two,
        of_two_hosts_one_is_told,
    ]
    passkeys: [
        passkeys_are_listed_oldest_first,
        a_credential_is_known_once,
        a_passkey_is_used_as_it_was_read_or_not_at_all,
        passkeys_go_with_their_member,
        someone_can_be_without_a_password,
        a_question_is_for_one_browser_and_answered_once,
        questions_are_forgotten_when_it_is_too_late,
    ]
    people: [
        each_mask_is_a_line_of_its_own,
        one_keeps_away_from_others_only,
        the_blocked_do_not_answer,
        a_block_hides_the_one_that_comes_back,
        a_mute_stops_nobody,
        a_block_by_an_anonymous_post_binds_no_handle,
        support_of_the_blocked_counts_for_nobody,
        a_line_stays_when_the_other_leaves,
        a_block_swallows_no_call_for_help,
        a_long_list_of_people_comes_in_pages,
        the_desk_knows_no_blocks,
    ]
    privacy: [
        someone_is_erased_when_the_time_has_come,
        who_is_due_longest_comes_first,
        who_signs_in_again_stays,
        words_go_or_stay_as_was_chosen,
        what_was_anonymous_leaves_at_a_moment_of_its_own,
        what_stays_anonymous_says_nothing_of_a_former_member,
        what_is_nobody_elses_goes_too,
        calls_for_help_leave_at_a_moment_of_their_own,
        a_call_closes_when_its_post_leaves,
        who_was_brought_back_is_erased_again,
        every_mention_is_handed_over,
        a_handle_rests_before_another_may_have_it,
        the_only_host_stays_until_another_follows,
        of_two_hosts_who_go_at_once_one_stays,
        two_erase_no_more_than_one,
    ]
    reactions: [
        each_kind_counts_once_a_member,
        support_is_taken_back,
        support_has_its_bounds,
        support_goes_with_its_giver,
        what_is_not_there_takes_nothing,
    ]
    push: [
        each_device_is_told_once_of_what_came,
        a_device_is_its_members_until_they_sign_out,
        a_call_for_help_is_told_apart_from_the_rest,
        whoever_is_banned_is_told_nothing_more,
        when_a_member_is_told_is_their_own_choice,
        quiet_hours_hold_back_what_comes,
        a_digest_is_told_once_a_day,
        whoever_has_read_everything_is_told_nothing,
        only_known_push_services_are_kept,
        a_device_that_could_not_be_told_is_tried_again,
        the_key_of_the_house_is_made_once,
    ]
    reflections: [
        a_prompt_is_found_once_its_article_is_out,
        each_prompt_shows_its_newest,
        reflections_read_newest_first,
        only_what_is_out_is_answered,
        an_anonymous_answer_does_not_name_its_author,
        only_the_author_changes_it,
    ]
    rituals: [
        a_ritual_is_kept_whole,
        coming_and_past_are_two_lists,
        a_mark_of_the_other_list_leads_nowhere_else,
        only_the_author_changes_it,
        a_ritual_goes_with_all_that_is_under_it,
    ]
    shout_outs: [
        who_is_thanked_is_kept,
        nobody_is_thanked_who_is_not_here,
        a_guest_does_not_thank,
        the_wall_reads_newest_first,
        only_the_author_changes_it,
        a_member_who_is_thanked_takes_it_down,
        a_free_name_belongs_to_nobody,
    ]
    standing: [
        what_not_everyone_sees_is_in_no_list,
        a_standing_that_says_nothing_new_changes_nothing,
        what_not_everyone_sees_takes_no_words_and_no_support,
        a_locked_thread_takes_no_comment,
        what_is_hidden_keeps_its_place_above_what_is_read,
    ]
    stories: [
        a_story_is_kept_whole,
        stories_read_newest_first,
        stories_go_on_where_one_is_gone,
        a_cursor_made_by_hand_is_unknown,
        an_anonymous_story_does_not_name_its_author,
        only_the_author_changes_it,
        a_guest_does_not_share,
        a_story_goes_with_all_that_is_under_it,
    ]
    units: [
        a_unit_sees_its_own_writes,
        others_see_a_unit_once_it_is_kept,
        what_nobody_can_have_written_is_not_found,
        a_dropped_unit_leaves_nothing,
        units_come_one_after_another,
    ]
    watch: [
        hours_belong_to_whoever_set_them,
        hours_count_while_their_member_answers_calls,
        hours_have_their_bounds,
        a_call_rises_when_it_has_waited_long_enough,
        more_people_are_told_with_each_level,
        a_call_that_waits_anew_begins_below,
        an_imported_call_never_rises,
        what_was_only_noticed_rises_by_itself_and_later,
        however_many_wait_all_rise,
        how_it_stands_with_telling_is_kept,
    ]
}
