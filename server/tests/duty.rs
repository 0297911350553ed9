//! When those who answer calls are here, and what whoever asks is told of it.

use crate::support::{Answer, TestApp, TestMember};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    watch::Steps,
};
use server::watch::Watcher;

const ON: &str = "/api/care/on-duty";
const OFF: &str = "/api/care/off-duty";
const ASK: &str = "/api/care/ask";

const HERE: &str = "Somebody is on duty now, to answer.";
const NOBODY: &str = "Nobody is on duty now, and nobody has said when they will be.";

/// The clock of a test begins on a Monday at noon in London.
fn hours<'a>(days: &'a str, from: &'a str, until: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("page", "/care"),
        ("kind", days),
        ("from", from),
        ("until", until),
        ("zone", "Europe/London"),
    ]
}

async fn supporter(app: &TestApp, handle: &str) -> TestMember {
    app.member_with(handle, Roles::default().with(Role::PeerSupporter))
        .await
}

/// The ids of the hours on the desk of one who answers.
async fn mine(desk: &mut TestMember) -> Vec<String> {
    let hours = desk.fetch("/api/care/hours").await.is(200).json();
    let shifts = hours["shifts"].as_array().expect("a list");
    let id = |shift: &serde_json::Value| shift["id"].as_str().expect("an id").to_owned();
    shifts.iter().map(id).collect()
}

async fn ask(app: &TestApp) -> Answer {
    let mut guest = app.guest();
    guest.get("/help/ask").await.is(200);
    let fields = [("page", "/help/ask"), ("body", "Is anybody there?")];
    guest.post_form(ASK, &fields).await
}

#[tokio::test]
async fn whoever_asks_is_told_the_truth_about_who_is_here() {
    let app = TestApp::new().await;
    let mut mara = supporter(&app, "mara").await;
    let mut guest = app.guest();
    guest.get("/help/ask").await.is(200).says(NOBODY);
    ask(&app).await.is(200).says(NOBODY);

    mara.get("/care")
        .await
        .is(200)
        .says("Nobody is on duty now, and whoever asks is told so.")
        .says("You have set no hours.");
    let page = mara
        .post_form(ON, &hours("weekdays", "18:00", "22:00"))
        .await;
    page.is(200)
        .says("Monday to Friday, 18:00 to 22:00, Europe/London")
        .keeps_silent_about("You have set no hours.");
    assert!(page.address.starts_with("/care"), "{}", page.address);
    guest
        .get("/help/ask")
        .await
        .says("Nobody is on duty now. Somebody will be in about 6 hours.");

    app.pass(7 * 60 * Timestamp::MINUTE);
    guest.get("/help/ask").await.says(HERE);
    let asked = ask(&app).await;
    asked.is(200).says(HERE).keeps_silent_about("mara");
    mara.get("/care").await.says("On duty now: mara.");
    // No longer of the desk, no longer counted.
    let mut unit = app.begin().await;
    unit.set_roles(mara.member.id, Roles::default())
        .await
        .expect("set");
    unit.commit().await.expect("kept");
    guest.get("/help/ask").await.says(NOBODY);
}

#[tokio::test]
async fn hours_are_set_once_and_taken_back_by_whoever_set_them() {
    let app = TestApp::new().await;
    let mut mara = supporter(&app, "mara").await;
    let mut ben = supporter(&app, "ben").await;
    let night = hours("saturday", "22:00", "06:00");
    for _ in 0..2 {
        mara.post_form(ON, &night)
            .await
            .is(200)
            .says("Saturday, 22:00 to 06:00 the next day, Europe/London");
    }
    mara.send(ON, &hours("sunday", "09:00", "10:00"))
        .await
        .is(200);
    let ids = mine(&mut mara).await;
    assert_eq!(ids.len(), 2, "the same hours are there once");
    assert!(mine(&mut ben).await.is_empty());
    // The zone that was chosen last stands there for the next.
    let zone = mara.get("/care").await.field("care.on-duty", "zone");
    assert_eq!(zone.as_deref(), Some("Europe/London"));

    let first = [("page", "/care"), ("id", ids[0].as_str())];
    ben.send(OFF, &first).await.is(404);
    let unknown = [
        ("page", "/care"),
        ("id", "0123456789abcdef0123456789abcdef"),
    ];
    mara.send(OFF, &unknown).await.is(404);
    app.guest().send(OFF, &first).await.is(401);
    app.member("ana").await.send(OFF, &first).await.is(403);
    assert_eq!(mine(&mut mara).await, ids);
    mara.post_form(OFF, &first).await.is(200);
    // Sent again by an impatient thumb.
    mara.post_form(OFF, &first).await.is(200);
    assert_eq!(mine(&mut mara).await, ids[1..]);
}

#[tokio::test]
async fn what_is_no_time_is_said_beside_its_field_and_what_was_typed_stays() {
    let app = TestApp::new().await;
    let mut mara = supporter(&app, "mara").await;
    let odd = [
        ("page", "/care"),
        ("kind", "someday"),
        ("from", ""),
        ("until", "25:00"),
        ("zone", "Moon/Base"),
    ];
    let page = mara.post_form(ON, &odd).await;
    page.is(200)
        .says("Choose one of these.")
        .says("Enter a time.")
        .says("Enter a time of day, such as 18:30.")
        .says("Choose a time zone from the list");
    assert_eq!(
        page.field("care.on-duty", "zone").as_deref(),
        Some("Moon/Base")
    );
    mara.send(ON, &odd).await.is(422);
    assert!(mine(&mut mara).await.is_empty());
    app.guest().send(ON, &odd).await.is(401);
    let mut ana = app.member("ana").await;
    ana.send(ON, &hours("sunday", "09:00", "10:00"))
        .await
        .is(403);
    ana.fetch("/api/care/hours").await.is(403);
    ana.get("/care")
        .await
        .is(403)
        .says("The guide for hosts says more about these roles and their rota.");
}

#[tokio::test]
async fn nobody_fills_the_desk_with_hours() {
    let app = TestApp::new().await;
    let mut mara = supporter(&app, "mara").await;
    for hour in 0..domain::watch::MOST_SHIFTS {
        let from = format!("{hour:02}:00");
        let fields = hours("sunday", &from, "23:59");
        mara.send(ON, &fields).await.is(200);
    }
    let page = mara.post_form(ON, &hours("monday", "09:00", "10:00")).await;
    page.is(200).says("There is room for 20. Leave some out.");
    assert_eq!(mine(&mut mara).await.len(), domain::watch::MOST_SHIFTS);
}

#[tokio::test]
async fn the_desk_shows_how_far_a_call_has_risen() {
    let app = TestApp::new().await;
    let mut mara = supporter(&app, "mara").await;
    ask(&app).await.is(200);
    let watch = Watcher {
        house: app.house.clone(),
        journal: app.journal.clone(),
        alert: None,
        steps: Steps::default(),
        alerts: app.app.alerts.clone(),
    };
    let all = [
        (5, "Those on duty were told"),
        (15, "All peer supporters were told"),
        (60, "Moderators and hosts were told"),
    ];
    let mut past = 0;
    for (minutes, words) in all {
        let page = mara.get("/care").await;
        page.is(200).keeps_silent_about(words);
        app.pass((minutes - past) * Timestamp::MINUTE);
        past = minutes;
        watch.look().await;
        mara.get("/care").await.says(words);
    }
}
