//! How rooms arrive in the browser.
//!
//! Rooms that people visit together come in one piece of WASM, with the first page
//! of any of them. What two pieces share becomes a file of its own, so every further
//! piece multiplies the files to fetch: sixteen pieces were 190 files, and an
//! article fetched 150 of them.

use leptos::prelude::*;

/// A piece: its rooms, by the module that [`room`] makes for each.
macro_rules! piece {
    ($(#[$doc:meta])* $piece:ident { $($Room:ident => $($path:ident)::+),+ $(,)? }) => {
        $(#[$doc])*
        pub(crate) mod $piece {
            use super::*;

            pub(crate) enum Room {
                $($Room(crate::$($path)::+::Page)),+
            }

            #[leptos::lazy]
            pub(crate) fn $piece(room: Room) -> AnyView {
                match room {
                    $(Room::$Room(page) => crate::$($path)::+::show(page)),+
                }
            }
        }
    };
}

piece! {
    /// The week, its prompts and what is answered.
    week {
        Home => home::home_room,
        Articles => articles::articles_room,
        Reflections => reflections::reflections_room,
        Comments => comments::comments_room,
    }
}

piece! {
    /// What people share, and the pages of the house.
    shares {
        Stories => stories::stories_room,
        ShoutOuts => shout_outs::shout_outs_room,
        Rituals => rituals::rituals_room,
        House => house::house_room,
    }
}

piece! {
    /// Asking for help. By itself, so that it is there soon.
    asking {
        Asking => care::asking::asking_room,
    }
}

piece! {
    /// What belongs to one person.
    own {
        Accounts => accounts::accounts_room,
        Notifications => notifications::notifications_room,
        People => people::people_room,
        Privacy => privacy::privacy_room,
    }
}

piece! {
    /// The desks of those who keep the house.
    keeping {
        Care => care::desk::care_desk_room,
        Editor => articles::editor_room,
        House => house::house_desk_room,
        Moderation => moderation::moderation_room,
    }
}

/// Names the pages of a room and the piece that they come with. A page is a type,
/// for the router, and a function, its view.
macro_rules! room {
    ($room:ident in $piece:ident::$Room:ident { $($page:ident => $view:path),+ $(,)? }) => {
        pub(crate) mod $room {
            use super::*;
            use leptos::prelude::AnyView;
            use leptos_router::LazyRoute;

            #[allow(clippy::enum_variant_names, reason = "they are named after their types")]
            pub(crate) enum Page {
                $($page),+
            }

            pub(crate) fn show(page: Page) -> AnyView {
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
                        let room = crate::room::$piece::Room::$Room(Page::$page);
                        crate::room::$piece::$piece(room).await
                    }
                }
            )+
        }

        pub use $room::{$($page),+};
    };
}

pub(crate) use room;
