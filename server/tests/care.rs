//! Help, which must be there when nothing else is.

use crate::support::TestApp;

#[tokio::test]
async fn the_hosts_country_comes_first() {
    let app = TestApp::with(|settings| settings.country = "gb".to_owned()).await;
    let page = app.guest().get("/help").await;
    page.is(200)
        .says("Get help now")
        .says("United Kingdom")
        .says("Samaritans")
        .says("Stopping alcohol or some medicines suddenly can be dangerous")
        .says("seizures and hallucinations")
        .says("Alcoholics Anonymous")
        .says("Chorus is peer support. It is no treatment and no crisis service.");
    assert!(page.body.contains("href=\"tel:999\""));
    assert!(page.body.contains("href=\"tel:116123\""));
    page.keeps_silent_about("988 Suicide");
}

#[tokio::test]
async fn another_country_is_one_link_away() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    let page = guest.get("/help").await;
    page.is(200).says("988 Suicide & Crisis Lifeline");
    for address in [
        "tel:911",
        "tel:988",
        "sms:988",
        "tel:18006624357",
        "tel:18004874889",
    ] {
        assert!(
            page.body.contains(&format!("href=\"{address}\"")),
            "{address}"
        );
    }
    assert!(page.body.contains("href=\"/help?country=gb\""));
    guest
        .get("/help?country=gb")
        .await
        .is(200)
        .says("Samaritans");
    guest
        .get("/help?country=GB")
        .await
        .is(200)
        .says("Samaritans");
    for unknown in ["xx", "%3Cscript%3E", "..%2Fgb"] {
        let page = guest.get(&format!("/help?country={unknown}")).await;
        page.is(200)
            .says("International")
            .says("Find A Helpline")
            .says("112");
    }
}

#[tokio::test]
async fn every_entry_says_when_it_was_checked() {
    let app = TestApp::new().await;
    for country in ["au", "ca", "gb", "ie", "us", "international"] {
        let page = app.guest().get(&format!("/help?country={country}")).await;
        page.is(200);
        assert_eq!(page.count("Source:"), page.count(", checked "), "{country}");
        assert!(page.count("Source:") >= 5, "{country}");
    }
}

#[tokio::test]
async fn help_is_there_when_the_database_is_not() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    app.database.close().await;
    // The database is really gone: another page says so.
    ana.get("/shout-outs").await.is(500);
    ana.get("/help")
        .await
        .is(200)
        .says("988 Suicide & Crisis Lifeline");
    app.guest()
        .get("/help?country=gb")
        .await
        .is(200)
        .says("Samaritans");
    ana.fetch("/api/care/contacts?country=ie").await.is(200);
}
