//! What the browser is asked: `navigator.credentials`, which speaks JSON in every
//! browser that is shown passkeys here.

#[cfg(feature = "hydrate")]
use domain::refusal::Refusal;

/// A passkey is made, or one is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    ToMake,
    ToShow,
}

/// Can this browser be asked?
pub(super) fn is_able() -> bool {
    #[cfg(feature = "hydrate")]
    {
        page::is_able()
    }
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Asks the browser. Nothing comes of it when the person would rather not, or
/// when it took too long; that is no fault.
#[cfg(feature = "hydrate")]
pub(super) async fn ask(asks: Asks, options: &str) -> Result<Option<String>, Refusal> {
    page::ask(asks, options)
        .await
        .or_else(|fault| match page::name_of(&fault).as_str() {
            "NotAllowedError" | "AbortError" => Ok(None),
            "InvalidStateError" => Err(Refusal::PasskeyIsThere),
            _ => Err(Refusal::WrongPasskey),
        })
}

/// Sends a form again with these fields filled, and empties them.
#[cfg(feature = "hydrate")]
pub(super) fn send_with(form: &str, fields: &[(&str, &str)]) {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use web_sys::{HtmlFormElement, HtmlInputElement};

    let form = document()
        .get_element_by_id(form)
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let fill = |name: &str, value: &str| {
        let field = form.query_selector(&format!("input[name={name}]"));
        if let Ok(Some(field)) = field
            && let Ok(field) = field.dyn_into::<HtmlInputElement>()
        {
            field.set_value(value);
        }
    };
    for (name, value) in fields {
        fill(name, value);
    }
    let _ = form.request_submit();
    for (name, _) in fields {
        fill(name, "");
    }
}

#[cfg(feature = "hydrate")]
mod page {
    use super::Asks;
    use js_sys::{JSON, Object, Reflect};
    use leptos::prelude::window;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
        fn options_to_make(options: &JsValue) -> Result<JsValue, JsValue>;

        #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
        fn options_to_show(options: &JsValue) -> Result<JsValue, JsValue>;

        #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = create)]
        async fn make(options: &Object) -> Result<JsValue, JsValue>;

        #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = get)]
        async fn show(options: &Object) -> Result<JsValue, JsValue>;
    }

    pub(super) fn is_able() -> bool {
        let has = |name: &str| {
            Reflect::get(&window(), &"PublicKeyCredential".into())
                .and_then(|kind| Reflect::get(&kind, &name.into()))
                .is_ok_and(|found| found.is_function())
        };
        has("parseCreationOptionsFromJSON") && has("parseRequestOptionsFromJSON")
    }

    pub(super) async fn ask(asks: Asks, options: &str) -> Result<Option<String>, JsValue> {
        let read = JSON::parse(options)?;
        let asked = Object::new();
        let credential = match asks {
            Asks::ToMake => {
                Reflect::set(&asked, &"publicKey".into(), &options_to_make(&read)?)?;
                make(&asked).await?
            }
            Asks::ToShow => {
                Reflect::set(&asked, &"publicKey".into(), &options_to_show(&read)?)?;
                show(&asked).await?
            }
        };
        // `JSON.stringify` asks the credential for its JSON.
        Ok(JSON::stringify(&credential)?.as_string())
    }

    pub(super) fn name_of(fault: &JsValue) -> String {
        Reflect::get(fault, &"name".into())
            .ok()
            .and_then(|name| name.as_string())
            .unwrap_or_default()
    }
}
