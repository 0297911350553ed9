//! The forms of this room: each has the same few fields, and a name of its own.

/// A form: its fields besides `page` and `key`, its verb, and what makes its
/// name its own in the whole house.
macro_rules! form {
    (
        $(#[$doc:meta])*
        $form:ident, $verb:literal { $($field:ident),* $(,)? } $(, $choice:ident = $value:literal)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $form {
            pub page: String,
            pub key: String,
            /// What the form is about; empty where there is only one.
            pub id: String,
            $(pub $field: String,)*
        }

        #[cfg(feature = "ssr")]
        impl crate::ctx::Form for $form {
            const VERB: &'static str = $verb;
            $(const $choice: bool = $value;)*

            fn form_name(&self) -> String {
                crate::care::forms::name($verb, &self.id)
            }

            fn page(&self) -> &str {
                &self.page
            }

            fn key(&self) -> &str {
                &self.key
            }
        }
    };
}
pub(super) use form;

/// The name of a form.
pub fn name(verb: &str, id: &str) -> String {
    if id.is_empty() {
        verb.to_owned()
    } else {
        format!("{verb}.{id}")
    }
}
