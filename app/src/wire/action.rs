use super::Answer;
use crate::error::AppError;
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server::ServerActionError,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use std::marker::PhantomData;

/// A server function that a form is sent to, and what came of it.
pub struct ServerAction<F> {
    sending: Sending,
    function: PhantomData<fn() -> F>,
}

impl<F: ServerFn<Error = AppError>> ServerAction<F> {
    pub fn new() -> Self {
        Self {
            sending: Sending::to(F::PATH),
            function: PhantomData,
        }
    }

    /// As if the server had refused what was sent.
    pub fn refuse(self, error: AppError) {
        self.sending.refuse(error);
    }

    pub(crate) fn sending(self) -> Sending {
        self.sending
    }
}

impl<F: ServerFn<Error = AppError>> Default for ServerAction<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F> Clone for ServerAction<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for ServerAction<F> {}

/// The same for any function.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    pub path: &'static str,
    pub answer: RwSignal<Option<Result<Answer, AppError>>>,
    pub pending: RwSignal<bool>,
}

impl Sending {
    fn to(path: &'static str) -> Self {
        // What a form that was sent without script brought back in the address.
        let error = use_context::<ServerActionError>()
            .filter(|error| error.path() == path)
            .map(|error| Err(ServerFnUrlError::<AppError>::decode_err(error.err())));
        Self {
            path,
            answer: RwSignal::new(error),
            pending: RwSignal::new(false),
        }
    }

    pub fn refuse(self, error: AppError) {
        self.answer.set(Some(Err(error)));
    }

    /// Sends the form as the browser would, unless it is under way.
    pub fn send(self, event: &SubmitEvent) {
        if self.pending.get_untracked() {
            return;
        }
        #[cfg(feature = "hydrate")]
        match fields_of(event) {
            Some(fields) => {
                self.pending.set(true);
                leptos::task::spawn_local(async move {
                    let answer = super::post(self.path, fields).await;
                    // The form may be gone by now.
                    self.pending.try_set(false);
                    self.answer.try_set(Some(answer));
                });
            }
            None => self.refuse(AppError::Unreadable),
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    }
}

#[cfg(feature = "hydrate")]
fn fields_of(event: &SubmitEvent) -> Option<String> {
    let data = leptos::form::form_data_from_event(event).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    fields.to_string().as_string()
}
