//! How rooms arrive in the browser.

/// Puts the pages of a room into one piece of WASM, which the browser loads with
/// the first of them. A page is a type, for the router, and a function, its view.
///
/// One piece for each room and not for each page: what two pieces share becomes a
/// file of its own, so every further piece multiplies the files to fetch.
macro_rules! room {
    ($piece:ident { $($page:ident => $view:path),+ $(,)? }) => {
        mod $piece {
            use super::*;
            use leptos::prelude::AnyView;
            use leptos_router::LazyRoute;

            #[allow(clippy::enum_variant_names, reason = "they are named after their types")]
            enum Page {
                $($page),+
            }

            #[leptos::lazy]
            fn $piece(page: Page) -> AnyView {
                match page {
                    $(Page::$page => $view()),+
                }
            }

            $(
                #[doc = concat!("The address of [`", stringify!($view), "`].")]
                pub struct $page;

                impl LazyRoute for $page {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_page: Self) -> AnyView {
                        $piece(Page::$page).await
                    }
                }
            )+
        }

        pub use $piece::{$($page),+};
    };
}

pub(crate) use room;
