//! What was acknowledged beside what is there.

use std::collections::{HashMap, HashSet};

use crate::post::{Post, handle};

/// A comment as the database holds it, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Its author's handle; empty for guests.
    pub handle: String,
    /// Its text.
    pub body: String,
}

/// What a writer knows.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Answered with the comment's address, in the order sent.
    pub acknowledged: Vec<Post>,
    /// Sent, and not answered: it may be there once, or not at all.
    pub unanswered: Option<Post>,
}

/// What is not as it should be, each in a sentence.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Acknowledged, and not there.
    pub lost: Vec<String>,
    /// There more than once.
    pub duplicated: Vec<String>,
    /// Behind a later one of the same writer.
    pub out_of_order: Vec<String>,
    /// There, and sent by nobody.
    pub unknown: Vec<String>,
}

impl Faults {
    /// All of them.
    pub fn into_sentences(self) -> impl Iterator<Item = String> {
        [self.lost, self.duplicated, self.out_of_order, self.unknown]
            .into_iter()
            .flatten()
    }
}

/// Where in the thread each handle's texts stand.
type Places = HashMap<(String, String), Vec<usize>>;

/// Compares what was there before the writers began and what they sent with what is found.
pub fn check<'a>(
    before: &[Comment],
    writers: impl Iterator<Item = &'a Sent>,
    found: &[Comment],
) -> Faults {
    let mut faults = Faults::default();
    let earlier: HashSet<&str> = before.iter().map(|comment| comment.id.as_str()).collect();
    missing_from_before(before, found, &mut faults);

    let mut places = Places::new();
    for (place, comment) in found.iter().enumerate() {
        if !earlier.contains(comment.id.as_str()) {
            let who_and_what = (comment.handle.clone(), comment.body.clone());
            places.entry(who_and_what).or_default().push(place);
        }
    }
    for sent in writers {
        check_writer(sent, &mut places, &mut faults);
    }
    for (who, what) in places.into_keys() {
        faults.unknown.push(format!("nobody sent {what:?} ({who})"));
    }
    faults
}

fn missing_from_before(before: &[Comment], found: &[Comment], faults: &mut Faults) {
    let here: HashSet<&str> = found.iter().map(|comment| comment.id.as_str()).collect();
    for comment in before {
        if !here.contains(comment.id.as_str()) {
            let Comment { id, body, .. } = comment;
            faults
                .lost
                .push(format!("lost from before, {id}: {body:?}"));
        }
    }
}

/// Takes what is this writer's out of `places`.
fn check_writer(sent: &Sent, places: &mut Places, faults: &mut Faults) {
    let mut furthest = None;
    for post in &sent.acknowledged {
        match take(places, *post) {
            None => faults.lost.push(format!("lost: {post}")),
            Some(found) => {
                duplicates(*post, &found, faults);
                let place = found.first().copied();
                if place < furthest {
                    faults.out_of_order.push(format!("out of order: {post}"));
                }
                furthest = furthest.max(place);
            }
        }
    }
    if let Some(post) = sent.unanswered
        && let Some(found) = take(places, post)
    {
        duplicates(post, &found, faults);
    }
}

fn take(places: &mut Places, post: Post) -> Option<Vec<usize>> {
    places.remove(&(handle(post.writer), post.to_string()))
}

fn duplicates(post: Post, found: &[usize], faults: &mut Faults) {
    for _ in found.iter().skip(1) {
        faults.duplicated.push(format!("once too often: {post}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(writer: u32, number: u32) -> Post {
        Post {
            round: 1,
            writer,
            number,
        }
    }

    fn sent(writer: u32, numbers: std::ops::RangeInclusive<u32>) -> Sent {
        Sent {
            acknowledged: numbers.map(|number| post(writer, number)).collect(),
            unanswered: None,
        }
    }

    fn comment(post: Post) -> Comment {
        Comment {
            id: format!("{}-{}", post.writer, post.number),
            handle: handle(post.writer),
            body: post.to_string(),
        }
    }

    fn sample() -> Comment {
        Comment {
            id: "sample".to_owned(),
            handle: String::new(),
            body: "Welcome.".to_owned(),
        }
    }

    /// What two writers sent, and a thread that holds all of it.
    fn two_writers() -> (Vec<Sent>, Vec<Comment>) {
        let found = [post(1, 1), post(2, 1), post(1, 2), post(2, 2), post(1, 3)];
        let mut thread = vec![sample()];
        thread.extend(found.map(comment));
        (vec![sent(1, 1..=3), sent(2, 1..=2)], thread)
    }

    fn faults(sent: &[Sent], thread: &[Comment]) -> Faults {
        check(&[sample()], sent.iter(), thread)
    }

    #[test]
    fn a_whole_thread_has_no_faults() {
        let (sent, thread) = two_writers();
        assert_eq!(faults(&sent, &thread), Faults::default());
    }

    #[test]
    fn a_lost_one_is_found() {
        let (sent, mut thread) = two_writers();
        thread.remove(3);
        let faults = faults(&sent, &thread);
        assert_eq!(faults.lost, [format!("lost: {}", post(1, 2))]);
        assert!(faults.duplicated.is_empty() && faults.out_of_order.is_empty());
    }

    #[test]
    fn a_lost_one_from_before_is_found() {
        let (sent, mut thread) = two_writers();
        thread.remove(0);
        assert_eq!(faults(&sent, &thread).lost.len(), 1);
    }

    #[test]
    fn a_double_is_found() {
        let (sent, mut thread) = two_writers();
        let again = Comment {
            id: "another id".to_owned(),
            ..comment(post(2, 1))
        };
        thread.push(again);
        let faults = faults(&sent, &thread);
        assert_eq!(faults.duplicated.len(), 1);
        assert!(faults.lost.is_empty() && faults.unknown.is_empty());
    }

    #[test]
    fn a_swap_is_found() {
        let (sent, mut thread) = two_writers();
        thread.swap(1, 3);
        let faults = faults(&sent, &thread);
        assert_eq!(
            faults.out_of_order,
            [format!("out of order: {}", post(1, 2))]
        );
        assert!(faults.lost.is_empty());
    }

    #[test]
    fn writers_may_stand_in_any_order_to_each_other() {
        let (sent, mut thread) = two_writers();
        thread.swap(1, 2);
        assert_eq!(faults(&sent, &thread), Faults::default());
    }

    #[test]
    fn what_nobody_sent_is_found() {
        let (sent, mut thread) = two_writers();
        thread.push(comment(post(2, 3)));
        assert_eq!(faults(&sent, &thread).unknown.len(), 1);
    }

    #[test]
    fn somebody_elses_name_under_a_post_is_found() {
        let (sent, mut thread) = two_writers();
        thread[1].handle = handle(2);
        let faults = faults(&sent, &thread);
        assert_eq!((faults.lost.len(), faults.unknown.len()), (1, 1));
    }

    #[test]
    fn an_unanswered_one_may_be_there_once_or_not() {
        let (mut sent, mut thread) = two_writers();
        sent[0].unanswered = Some(post(1, 4));
        assert_eq!(faults(&sent, &thread), Faults::default());
        thread.push(comment(post(1, 4)));
        assert_eq!(faults(&sent, &thread), Faults::default());
        thread.push(comment(post(1, 4)));
        assert_eq!(faults(&sent, &thread).duplicated.len(), 1);
    }
}
