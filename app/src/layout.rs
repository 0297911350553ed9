use crate::{
    accounts::{CodesPage, ConfirmPage, JoinPage, MePage, RecoverPage, ResetPage, SignInPage},
    articles::{ArticlePage, DeskPage, EditorPage, SeriesListPage, SeriesPage},
    care::{AskPage, CallPage, CareCallPage, CarePage, HelpPage},
    comments::PermalinkPage,
    home::HomePage,
    house::{GuidePage, HouseDeskPage, HouseEditorPage, PrivacyPage, RulesPage},
    live::{OWN, What, listen},
    moderation::{DecisionPage, LogPage, ModerationPage, ReportPage, ThingPage, ToldPage},
    notifications::{NotificationsPage, UnreadNow},
    outbox::OutboxPage,
    people::{AboutPersonPage, PeoplePage},
    privacy::{ErasePage, ExportPage, FarewellPage},
    reflections::{PromptPage, ReflectionPage},
    rituals::{EditRitualPage, NewRitualPage, RitualPage, RitualsPage},
    shout_outs::{ShoutOutPage, WallPage},
    stories::{EditStoryPage, NewStoryPage, StoriesPage, StoryPage},
    ui::{Icon, Oops, SiteFiles, page::Arrived},
    wire::Written,
};
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

/// The document around the app. Scripts are files of our own; the one inline
/// script is the page's data, under a nonce.
pub fn shell() -> impl IntoView {
    let file = SiteFiles::present();
    #[cfg(feature = "ssr")]
    if let Some(nonce) = leptos::nonce::use_nonce() {
        crate::ctx::exchange().allow_scripts(&nonce);
    }
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <link rel="stylesheet" href=file.address("/pkg/chorus.css") />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="alternate" type="application/atom+xml" href="/feed.atom" title="Feed" />
                <meta
                    name="theme-color"
                    content="#f7f2e7"
                    media="(prefers-color-scheme: light)"
                />
                <meta name="theme-color" content="#27221d" media="(prefers-color-scheme: dark)" />
                <script src=file.address("/leave.js") async></script>
                <script type="module" src=file.address("/start.js")></script>
                <script src=file.address("/register-sw.js") defer></script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The name of the house, and the site for whoever leaves it at once.
fn chosen() -> (String, String) {
    #[cfg(feature = "ssr")]
    {
        let settings = crate::ctx::house().settings;
        (settings.site_name.clone(), settings.leave_to.to_string())
    }
    #[cfg(not(feature = "ssr"))]
    Default::default()
}

/// leptos_meta 0.8 writes the title unescaped into the document that the server
/// sends; in the browser it sets plain text.
fn in_head(title: String) -> String {
    if cfg!(feature = "ssr") {
        title
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        title
    }
}

/// Behind these pages nobody knows yet whether someone is signed in: they are
/// where people come in, or ask nobody.
const DOORS: [&str; 4] = ["/sign-in", "/join", "/recover", "/help"];

/// The whole of Chorus.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The browser learns them from the page.
    let ((name, neutral), files) =
        SharedValue::<_, Written>::new_with_encoding(|| (chosen(), SiteFiles::present()))
            .into_inner();
    provide_context(files);
    let titled = name.clone();
    view! {
        <Title formatter=move |text: String| {
            in_head(if text.is_empty() { titled.clone() } else { format!("{text} · {titled}") })
        } />
        <Router>
            <Layout name neutral />
        </Router>
    }
}

#[component]
fn Layout(name: String, neutral: String) -> impl IntoView {
    let path = use_location().pathname;
    let arrived = Arrived(StoredValue::new(false));
    provide_context(arrived);
    let unread = UnreadNow::provide();
    Effect::new(move |first: Option<String>| {
        let now = path.get();
        if let Some(before) = first.filter(|before| *before != now) {
            arrived.0.set_value(true);
            forget_age();
            let came_in = DOORS.iter().any(|door| before.starts_with(door));
            if came_in || unread.is_known() {
                unread.refresh();
            }
        }
        now
    });
    listen(What::Own, OWN, move |_| {
        if unread.is_known() {
            unread.refresh();
        }
    });
    let new = move || {
        let words = unread.words()?;
        Some(view! { " " <span class="tag">{words}</span> })
    };
    view! {
        <a class="skip" href="#main" rel="external">
            "Skip to content"
        </a>
        <LeaveLink to=neutral.clone() class="skip leave" />
        <header class="site">
            <a class="brand" href="/">
                <Icon name="mark" />
                <span>{name}</span>
            </a>
            <LeaveLink to=neutral class="leave" />
            <a class="help-now" href="/help">
                "Get help now"
            </a>
        </header>
        <nav class="rooms" aria-label="Rooms" data-live=move || unread.knows().then_some(OWN)>
            <ul>
                <RoomLink href="/" label="This week" />
                <RoomLink href="/series" label="Series" />
                <RoomLink href="/stories" label="Stories" />
                <RoomLink href="/shout-outs" label="Shout-outs" />
                <RoomLink href="/rituals" label="Rituals" />
                <RoomLink href="/me" label="You">{new}</RoomLink>
            </ul>
        </nav>
        <div id="notes" role="status"></div>
        <main id="main" tabindex="-1">
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/join") view={Lazy::<JoinPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view={Lazy::<SignInPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/recover") view={Lazy::<RecoverPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/recover/:secret") view={Lazy::<ResetPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me") view={Lazy::<MePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/codes") view={Lazy::<CodesPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/confirm") view={Lazy::<ConfirmPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/notifications") view={Lazy::<NotificationsPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/outbox") view=OutboxPage ssr=SsrMode::Async />
                <Route path=path!("/me/people") view={Lazy::<PeoplePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/people/:thing") view={Lazy::<AboutPersonPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/export") view={Lazy::<ExportPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/erase") view={Lazy::<ErasePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/farewell") view={Lazy::<FarewellPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/decisions") view={Lazy::<ToldPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me/decisions/:id") view={Lazy::<DecisionPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/moderation") view={Lazy::<ModerationPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/moderation/log") view={Lazy::<LogPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/moderation/:thing") view={Lazy::<ThingPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/report/:thing") view={Lazy::<ReportPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/") view={Lazy::<HomePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/series") view={Lazy::<SeriesListPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/series/:series") view={Lazy::<SeriesPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/series/:series/:article") view={Lazy::<ArticlePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/editor") view={Lazy::<DeskPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/editor/:id") view={Lazy::<EditorPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/privacy") view={Lazy::<PrivacyPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/rules") view={Lazy::<RulesPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/guide") view={Lazy::<GuidePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/house") view={Lazy::<HouseDeskPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/house/:page") view={Lazy::<HouseEditorPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/help") view=HelpPage ssr=SsrMode::Async />
                <Route path=path!("/help/ask") view={Lazy::<AskPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/help/:secret") view={Lazy::<CallPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/care") view={Lazy::<CarePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/care/:id") view={Lazy::<CareCallPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/shout-outs") view={Lazy::<WallPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/shout-outs/:id") view={Lazy::<ShoutOutPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/rituals") view={Lazy::<RitualsPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/rituals/new") view={Lazy::<NewRitualPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/rituals/:id") view={Lazy::<RitualPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/rituals/:id/edit") view={Lazy::<EditRitualPage>::new()} ssr=SsrMode::Async />
                <Route
                    path=path!("/comments/:id")
                    view={Lazy::<PermalinkPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/stories")
                    view={Lazy::<StoriesPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/stories/new")
                    view={Lazy::<NewStoryPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/stories/:id")
                    view={Lazy::<StoryPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/stories/:id/edit")
                    view={Lazy::<EditStoryPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/reflections/:id")
                    view={Lazy::<ReflectionPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/prompts/:prompt")
                    view={Lazy::<PromptPage>::new()}
                    ssr=SsrMode::Async
                />
            </FlatRoutes>
        </main>
        <footer class="site">
            <p>
                "Chorus is peer support. It is no treatment and no crisis service. "
                <a href="/help">"Get help now"</a>
            </p>
            <p class="scripted">
                "To leave this page at once, press Shift three times. Your browser’s history is not cleared."
            </p>
            <ul>
                <li>
                    <a href="/rules">"House rules"</a>
                </li>
                <li>
                    <a href="/privacy">"Privacy"</a>
                </li>
                <li>
                    <a href="/guide">"For hosts"</a>
                </li>
                <li>
                    <a href="/feed.atom" rel="external">
                        "Feed"
                    </a>
                </li>
            </ul>
        </footer>
        <div id="status" role="status" class="visually-hidden"></div>
    }
}

/// Takes away the line that says how old the copy was with which someone came
/// in: the next page is another one.
fn forget_age() {
    #[cfg(feature = "hydrate")]
    if let Some(line) = document().get_element_by_id("kept-copy") {
        line.remove();
    }
}

/// Leads out of the house, without saying where from. `/leave.js` hides the page
/// before it goes, and replaces it in the history.
#[component]
fn LeaveLink(to: String, class: &'static str) -> impl IntoView {
    view! {
        <a class=class href=to rel="noreferrer">
            "Leave this page"
        </a>
    }
}

#[component]
fn RoomLink(
    href: &'static str,
    label: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || {
        path.with(|path| {
            if path == href {
                Some("page")
            } else if href != "/"
                && path
                    .strip_prefix(href)
                    .is_some_and(|rest| rest.starts_with('/'))
            {
                Some("true")
            } else {
                None
            }
        })
    };
    view! {
        <li>
            <a href=href aria-current=current>
                {label} {children.map(|children| children())}
            </a>
        </li>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Oops
            status=404
            heading="There is nothing at this address"
            text="It may have been taken back, or the link may be cut short."
            id=None
        />
    }
}
