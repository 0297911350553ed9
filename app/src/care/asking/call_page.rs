use super::{CallView, api, away::Away, own::OwnCall, public::PublicCall};
use crate::{
    ui::{ErrorPage, Loading},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/help/{secret}`: what someone asked, and what was answered.
pub(super) fn call_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let view = Resource::new(
        move || {
            let secret = params.with(|params| params.get("secret").unwrap_or_default());
            query.with(|query| {
                let field = |name| query.get_str(name).unwrap_or_default().to_owned();
                (secret, field("before"), field("kept"))
            })
        },
        |(secret, before, kept)| api::read_call(secret, before, kept),
    );
    view! {
        <Meta name="robots" content="noindex" />
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(CallView::Own(view)) => view! { <OwnCall view=*view /> }.into_any(),
                    Ok(CallView::Public(view)) => view! { <PublicCall view=*view /> }.into_any(),
                    Ok(CallView::Away(away)) => {
                        let on_back = Callback::new(move |()| view.refetch());
                        view! { <Away view=*away on_back /> }.into_any()
                    }
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}
