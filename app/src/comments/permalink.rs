use super::api;
use crate::{
    ui::{ErrorPage, Loading},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

/// `/comments/{id}`: goes to the page that holds the comment.
pub(super) fn permalink_page() -> AnyView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let place = Resource::new(id, |id| async move {
        let place = api::place(id).await;
        #[cfg(feature = "ssr")]
        if let Ok(place) = &place {
            crate::ctx::exchange().redirect(place);
        }
        place
    });
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(place)) = place.get() {
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate(&place, options);
        }
    });
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match place.await {
                    Ok(_) => view! { <Loading /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
