//! What all forms of this room have in common.

/// Each of these proves something anew, hands out a secret or ends a session:
/// no earlier answer stands for it.
macro_rules! forms {
    ($($form:ident $verb:literal $name:literal $($step_up:ident)?),* $(,)?) => {$(
        impl crate::ctx::Form for $form {
            const VERB: &'static str = $verb;
            const ONCE: bool = false;
            $(const $step_up: bool = true;)?
            const EVEN_BARRED: bool = true;

            fn form_name(&self) -> String {
                $name.to_owned()
            }

            fn page(&self) -> &str {
                &self.page
            }

            fn key(&self) -> &str {
                &self.key
            }
        }
    )*};
}

pub(super) use forms;
