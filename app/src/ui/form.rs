use super::{Icon, announce, focus, words};
use crate::{
    care::listening::{Listening, ListeningNotice},
    error::AppError,
    query::{confirm_first, sign_in_first, with_query},
    wire::{Answer, Sending, ServerAction},
};
use domain::{
    drafts::Kept,
    refusal::{Field, Refusal},
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;

/// What the fields of a form need to know of it.
#[derive(Clone, Copy)]
pub struct FormState {
    name: StoredValue<String>,
    kept: StoredValue<Kept>,
    /// Why the last try failed.
    pub error: Memo<Option<AppError>>,
    /// A try is under way.
    pub pending: Signal<bool>,
}

impl FormState {
    fn here() -> Self {
        expect_context()
    }

    /// The id of a field's element: its form's name and its own.
    pub fn id(&self, name: &str) -> String {
        self.name.with_value(|form| format!("{form}-{name}"))
    }

    /// What was kept for a field, else `fallback`.
    pub fn value(&self, name: &str, fallback: &str) -> String {
        self.kept
            .with_value(|kept| kept.fields.get(name).cloned())
            .unwrap_or_else(|| fallback.to_owned())
    }

    fn fault(&self, field: Field) -> Option<String> {
        let error = self.error.get()?;
        let reason = error.refusal()?.of(field)?;
        Some(words::reason(field, reason))
    }
}

/// A form that posts to a server function: by itself without script, and
/// without leaving the page once hydrated. What is typed stays until it has
/// been taken.
#[component]
pub fn PostForm<F>(
    action: ServerAction<F>,
    /// Its own name in the whole house; also the id of its element, and the
    /// name under which drafts of it are kept.
    #[prop(into)]
    name: String,
    /// `sheet` for a page's form, `composer` for one that opens in place.
    class: &'static str,
    /// The page it stands on, with its query.
    #[prop(into)]
    page: String,
    /// What was kept for it.
    #[prop(optional_no_strip)]
    kept: Option<Kept>,
    /// Keeps a draft on the server while someone writes. For members.
    #[prop(optional)]
    autosave: bool,
    /// Stays where it is once it worked, ready for other words.
    #[prop(optional)]
    stays: bool,
    #[prop(optional, into)] label: Option<String>,
    /// Called with the answer once it worked.
    #[prop(into)]
    on_done: Callback<F::Output>,
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = AppError> + 'static,
    F::Output: DeserializeOwned + 'static,
{
    let read = Box::new(move |answer: &Answer| -> Result<Next, AppError> {
        let answer = answer.open::<F::Output>()?;
        Ok(Box::new(move || on_done.run(answer)))
    });
    let sending = action.sending();
    view! {
        <Form sending name class page kept autosave stays label read>
            {children()}
        </Form>
    }
}

/// What is left to do once a form was taken.
type Next = Box<dyn FnOnce()>;

/// Reads the answer to a form.
type Read = Box<dyn Fn(&Answer) -> Result<Next, AppError> + Send + Sync>;

/// A [`PostForm`], whatever function it is for.
#[component]
fn Form(
    sending: Sending,
    name: String,
    class: &'static str,
    page: String,
    kept: Option<Kept>,
    autosave: bool,
    stays: bool,
    label: Option<String>,
    read: Read,
    children: Children,
) -> impl IntoView {
    let kept = kept.unwrap_or_default();
    let refused_before = kept.refusal.clone();
    // The reason why it was not taken says so too.
    let is_kept = RwSignal::new(kept.has_words() && kept.refusal.is_none());
    let value = sending.answer;
    let error = Memo::new(move |_| match value.get() {
        Some(Err(error)) => Some(error),
        Some(Ok(_)) => None,
        None => refused_before.clone().map(AppError::Refused),
    });
    let state = FormState {
        name: StoredValue::new(name.clone()),
        kept: StoredValue::new(kept),
        error,
        pending: sending.pending.into(),
    };
    provide_context(state);
    let key = NodeRef::<leptos::html::Input>::new();
    let form = NodeRef::<leptos::html::Form>::new();
    let renew_key = move || {
        if let Some(key) = key.get_untracked() {
            key.set_value(&new_key());
        }
    };
    Effect::new(move || {
        if key.get().is_some() {
            renew_key();
        }
    });
    let summary_id = state.id("errors");
    Effect::new(move |before: Option<()>| {
        let answer = value.get();
        if before.is_none() && answer.is_none() {
            return;
        }
        match answer {
            Some(Ok(answer)) => match read(&answer) {
                Ok(next) => {
                    say_posted(form);
                    if stays {
                        is_kept.set(false);
                        clear(form, state);
                    }
                    renew_key();
                    next();
                }
                Err(error) => sending.refuse(error),
            },
            Some(Err(error)) => {
                announce(&words::error(&error));
                focus(summary_id.clone());
            }
            None => {}
        }
    });
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        sending.send(&ev);
    };
    let drafts = Autosave::new(autosave.then(|| name.clone()), form);
    view! {
        <form
            node_ref=form
            id=name.clone()
            class=class
            method="post"
            action=sending.path
            aria-label=label
            aria-busy=move || state.pending.get().then_some("true")
            on:submit=submit
            on:input=move |_| drafts.touched()
            on:kept=move |_: leptos::ev::Event| drafts.on_device.set(true)
        >
            <input type="hidden" name="page" value=page.clone() />
            <input type="hidden" name="key" value="" node_ref=key />
            {move || {
                is_kept
                    .get()
                    .then(|| {
                        view! {
                            <div class="notice kept">
                                <Icon name="kept" />
                                <p>"Your words are kept."</p>
                            </div>
                        }
                    })
            }}
            <ErrorSummary page />
            {children()}
            {autosave.then(|| view! { <DraftStatus drafts /> })}
        </form>
    }
    .into_any()
}

/// Says on the form that its words were taken: `public/offline.js` keeps them
/// until then.
fn say_posted(form: NodeRef<leptos::html::Form>) {
    #[cfg(feature = "hydrate")]
    if let (Some(form), Ok(posted)) = (form.get_untracked(), web_sys::Event::new("posted")) {
        let _ = form.dispatch_event(&posted);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = form;
}

/// Takes the words away that were sent, and those that had been kept: a form goes
/// back to what its page was made with.
fn clear(form: NodeRef<leptos::html::Form>, state: FormState) {
    #[cfg(feature = "hydrate")]
    if let Some(form) = form.get_untracked() {
        let kept = state.kept.with_value(|kept| kept.fields.clone());
        for name in kept.keys() {
            let field = document().get_element_by_id(&state.id(name));
            if let Some(field) = field.filter(|field| field.tag_name() == "TEXTAREA") {
                field.set_text_content(None);
            }
        }
        form.reset();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, state);
}

/// Says at the top of a form why it was not taken.
#[component]
pub fn ErrorSummary(page: String) -> impl IntoView {
    let state = FormState::here();
    let id = state.id("errors");
    move || {
        let error = state.error.get()?;
        let faults = match error.refusal() {
            Some(Refusal::Invalid(faults)) => faults.clone(),
            _ => Vec::new(),
        };
        let back = state
            .name
            .with_value(|name| format!("{}#{name}", with_query(&page, "kept", name)));
        let way_on = match error.refusal() {
            Some(Refusal::SignInFirst) => Some((sign_in_first(&back), "Sign in")),
            Some(Refusal::ConfirmFirst) => Some((confirm_first(&back), "Confirm that it is you")),
            _ if error == AppError::Waiting => Some(("/me/outbox".to_owned(), "See what waits")),
            _ => None,
        };
        let asks = state
            .name
            .with_value(|name| name == "care.ask" || name.starts_with("care.write-back"));
        let help = (asks && error == AppError::Waiting).then(|| {
            view! {
                <p>
                    "You need not wait for it. "
                    <a href="/help">"Get help now"</a>
                </p>
            }
        });
        let (class, icon) = match error {
            AppError::Waiting => ("notice kept", "kept"),
            _ => ("notice warning", "warning"),
        };
        let list = (!faults.is_empty()).then(|| {
            let items = faults
                .into_iter()
                .map(|fault| {
                    let href = format!("#{}", state.id(fault.field.name()));
                    view! {
                        <li>
                            <a href=href rel="external">
                                {words::reason(fault.field, &fault.reason)}
                            </a>
                        </li>
                    }
                })
                .collect_view();
            view! { <ul>{items}</ul> }
        });
        Some(view! {
            <div class=class id=id.clone() role="alert" tabindex="-1">
                <Icon name=icon />
                <div>
                    <p>{words::error(&error)}</p>
                    {help}
                    {way_on.map(|(href, words)| view! { <p><a href=href>{words}</a></p> })}
                    {list}
                </div>
            </div>
        })
    }
}

#[component]
fn FieldError(field: Field) -> impl IntoView {
    let state = FormState::here();
    let id = format!("{}-error", state.id(field.name()));
    move || {
        state
            .fault(field)
            .map(|text| view! { <p class="error" id=id.clone()>{text}</p> })
    }
}

fn described_by(state: FormState, field: Field, hint: bool) -> impl Fn() -> Option<String> {
    let id = state.id(field.name());
    move || {
        let error = state.fault(field).map(|_| format!("{id}-error"));
        let hint = hint.then(|| format!("{id}-hint"));
        match (hint, error) {
            (None, None) => None,
            (hint, error) => Some(
                [hint, error]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
        }
    }
}

#[component]
fn Label(field: Field, #[prop(into)] text: String, optional: bool) -> impl IntoView {
    let id = FormState::here().id(field.name());
    view! {
        <label for=id>
            {text} {optional.then(|| view! { " " <span class="optional">"(if you like)"</span> })}
        </label>
    }
}

#[component]
fn Hint(field: Field, text: String) -> impl IntoView {
    let id = format!("{}-hint", FormState::here().id(field.name()));
    (!text.is_empty()).then(|| view! { <p class="hint" id=id>{text}</p> })
}

/// One line of text.
#[component]
pub fn TextField(
    field: Field,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] max: Option<usize>,
    #[prop(optional, into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] optional: bool,
    /// Suggestions: the id of a `<datalist>`.
    #[prop(optional, into)]
    list: Option<String>,
) -> impl IntoView {
    let state = FormState::here();
    let name = field.name();
    let secret = kind == "password";
    let value = if secret {
        String::new()
    } else {
        state.value(name, &value)
    };
    let described = described_by(state, field, !hint.is_empty());
    view! {
        <div class="field">
            <Label field text=label optional />
            <Hint field text=hint />
            <input
                id=state.id(name)
                name=name
                type=kind
                dir=(!secret).then_some("auto")
                value=value
                maxlength=max
                autocomplete=autocomplete
                list=list
                spellcheck=(autocomplete.is_some()).then_some("false")
                autocapitalize=(autocomplete.is_some()).then_some("none")
                aria-invalid=move || state.fault(field).map(|_| "true")
                aria-describedby=described
            />
            <FieldError field />
        </div>
    }
    .into_any()
}

/// Text with line breaks.
///
/// Leptos 0.8 writes the children of a `<textarea>` unescaped, so this one
/// audited place escapes the text itself.
#[component]
pub fn TextArea(
    field: Field,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] max: Option<usize>,
    #[prop(optional, into)] value: String,
    /// For long writing.
    #[prop(optional)]
    tall: bool,
    #[prop(optional)] optional: bool,
    /// Hears what is typed, for a preview.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Shows where help is when what is typed reads like a call for it.
    #[prop(optional)]
    listens: bool,
) -> impl IntoView {
    let state = FormState::here();
    let name = field.name();
    let text = state.value(name, &value);
    let described = described_by(state, field, !hint.is_empty());
    let listening = listens.then(Listening::begin);
    view! {
        <div class="field" class:tall=tall>
            <Label field text=label optional />
            <Hint field text=hint />
            <textarea
                id=state.id(name)
                name=name
                dir="auto"
                rows=if tall { "14" } else { "4" }
                // Characters are counted in UTF-16 by browsers, which is more
                // than the server counts: a little room, the server decides.
                maxlength=max.map(|max| max * 2)
                aria-invalid=move || state.fault(field).map(|_| "true")
                aria-describedby=described
                on:input=move |ev| {
                    let text = event_target_value(&ev);
                    if let Some(listening) = listening {
                        listening.typed(text.clone());
                    }
                    if let Some(on_input) = on_input {
                        on_input.run(text);
                    }
                }
                inner_html=textarea_html(&text)
            ></textarea>
            <FieldError field />
            {listening
                .map(|listening| view! { <ListeningNotice listening field=state.id(name) /> })}
        </div>
    }
    .into_any()
}

/// The text as the inside of a `<textarea>`. Browsers drop a line break, of
/// either spelling, right after the tag of a document that they read, so one is
/// added there; they drop none of what script puts inside.
fn textarea_html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    if cfg!(feature = "ssr") && escaped.starts_with(['\r', '\n']) {
        format!("\n{escaped}")
    } else {
        escaped
    }
}

/// A box to tick. The value is `on`.
#[component]
pub fn Check(field: Field, #[prop(into)] label: String) -> impl IntoView {
    let state = FormState::here();
    let name = field.name();
    let described = described_by(state, field, false);
    view! {
        <div class="field">
            <label class="choice">
                <input
                    type="checkbox"
                    id=state.id(name)
                    name=name
                    value="on"
                    checked=state.value(name, "") == "on"
                    aria-invalid=move || state.fault(field).map(|_| "true")
                    aria-describedby=described
                />
                <span>{label}</span>
            </label>
            <FieldError field />
        </div>
    }
}

/// One of what a [`Choices`] offers.
pub struct Choice {
    /// What is sent.
    pub value: &'static str,
    pub label: &'static str,
    /// Empty for none.
    pub hint: &'static str,
}

/// One of a few, each with its own button.
#[component]
pub fn Choices(
    field: Field,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    /// Empty for none.
    #[prop(optional, into)]
    chosen: String,
) -> impl IntoView {
    let state = FormState::here();
    let name = field.name();
    let chosen = state.value(name, &chosen);
    let described = StoredValue::new(described_by(state, field, false));
    let choices = choices
        .into_iter()
        .enumerate()
        .map(|(place, choice)| {
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        // A link in the summary of errors leads to the first.
                        id=(place == 0).then(|| state.id(name))
                        name=name
                        value=choice.value
                        checked=chosen == choice.value
                        aria-describedby=move || described.with_value(|described| described())
                    />
                    <span>{choice.label}</span>
                    {(!choice.hint.is_empty())
                        .then(|| view! { <span class="hint">{choice.hint}</span> })}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {choices}
            <FieldError field />
        </fieldset>
    }
    .into_any()
}

/// Whether a member posts under the handle or anonymously: field `voice`,
/// `handle` or `anonymous`. A form that a guest gets has no such field.
#[component]
pub fn Voice(
    /// The member's handle.
    handle: String,
    #[prop(optional)] anonymous: bool,
) -> impl IntoView {
    let state = FormState::here();
    let chosen = state.value("voice", if anonymous { "anonymous" } else { "handle" });
    let anonymous = chosen == "anonymous";
    view! {
        <fieldset>
            <legend>"Sign it"</legend>
            <label class="choice">
                <input type="radio" name="voice" value="handle" checked=!anonymous />
                <span>"As " <b dir="auto">{handle}</b></span>
            </label>
            <label class="choice">
                <input type="radio" name="voice" value="anonymous" checked=anonymous />
                <span>"Anonymously"</span>
                <span class="hint">"No member and no moderator can see who wrote it."</span>
            </label>
        </fieldset>
    }
}

/// A value that the person does not see.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// The button that sends the form. Its words are a verb.
#[component]
pub fn Submit(#[prop(into)] label: String, #[prop(optional)] class: &'static str) -> impl IntoView {
    let state = FormState::here();
    let words = label.clone();
    view! {
        <button class=class disabled=move || state.pending.get()>
            {move || if state.pending.get() { "One moment".to_owned() } else { words.clone() }}
        </button>
    }
}

/// A new idempotency key, made in the browser.
fn new_key() -> String {
    #[cfg(feature = "hydrate")]
    {
        let mut bytes = [0_u8; 16];
        let made = window()
            .crypto()
            .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
        if made.is_ok() {
            return bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        }
    }
    String::new()
}

/// Keeps a draft a moment after the last stroke.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only a browser types")
)]
struct Autosave {
    form: StoredValue<Option<String>>,
    node: NodeRef<leptos::html::Form>,
    status: RwSignal<DraftState>,
    /// `public/offline.js` has said so.
    on_device: RwSignal<bool>,
    stroke: StoredValue<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only a browser types")
)]
enum DraftState {
    Untouched,
    Waiting,
    Kept,
    NotKept,
}

impl Autosave {
    fn new(form: Option<String>, node: NodeRef<leptos::html::Form>) -> Self {
        Self {
            form: StoredValue::new(form),
            node,
            status: RwSignal::new(DraftState::Untouched),
            on_device: RwSignal::new(false),
            stroke: StoredValue::new(0),
        }
    }

    fn touched(self) {
        if self.form.with_value(Option::is_none) {
            return;
        }
        self.status.set(DraftState::Waiting);
        #[cfg(feature = "hydrate")]
        {
            let stroke = self.stroke.get_value().wrapping_add(1);
            self.stroke.set_value(stroke);
            gloo::timers::callback::Timeout::new(1_200, move || {
                if self.stroke.try_get_value() == Some(stroke) {
                    self.keep();
                }
            })
            .forget();
        }
    }

    #[cfg(feature = "hydrate")]
    fn keep(self) {
        let (Some(form), Some(name)) = (self.node.get_untracked(), self.form.get_value()) else {
            return;
        };
        let Ok(data) = web_sys::FormData::new_with_form(&form) else {
            return;
        };
        let Ok(params) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data.into())
        else {
            return;
        };
        let fields: String = params.to_string().into();
        leptos::task::spawn_local(async move {
            let kept = crate::drafts::api::keep_draft(name, fields).await.is_ok();
            self.status.try_set(if kept {
                DraftState::Kept
            } else {
                DraftState::NotKept
            });
        });
    }
}

#[component]
fn DraftStatus(drafts: Autosave) -> impl IntoView {
    view! {
        <p class="draft" role="status">
            {move || match drafts.status.get() {
                DraftState::Untouched => "",
                DraftState::Waiting => "Writing",
                DraftState::Kept => "Draft kept",
                DraftState::NotKept if drafts.on_device.get() => "Draft kept on this device",
                DraftState::NotKept => "The draft is not kept at the moment",
            }}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::textarea_html;

    #[test]
    fn typed_text_cannot_leave_its_field() {
        assert_eq!(
            textarea_html("</textarea><script>alert(1)</script>&amp;"),
            "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"
        );
    }

    #[test]
    fn a_leading_line_break_stays() {
        assert_eq!(textarea_html("\nfirst"), "\n\nfirst");
        // As browsers send it.
        assert_eq!(textarea_html("\r\nfirst"), "\n\r\nfirst");
    }
}
