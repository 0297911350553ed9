use super::Answer;
use crate::error::AppError;
use leptos::{prelude::Get, server::codee::string::FromToStringCodec};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    convert::Infallible,
    fmt::{self, Display},
    future::pending,
    marker::PhantomData,
    pin::Pin,
    str::FromStr,
    sync::Arc,
};

/// The framework's, for all that is loaded.
type Untyped = leptos::prelude::Resource<Loaded, FromToStringCodec>;
type Fetching = Pin<Box<dyn Future<Output = Loaded> + Send>>;

/// What a page shows: loaded by the server and found again in the page, or fetched
/// when someone goes on from there.
pub struct Resource<T> {
    untyped: Untyped,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resource<T> {}

impl<V> Resource<Result<V, AppError>>
where
    V: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    /// Fetches anew whenever `source` says something else.
    pub fn new<S, Fut>(
        source: impl Fn() -> S + Send + Sync + 'static,
        fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<V, AppError>> + Send + 'static,
    {
        let fetch = move |source: Source| -> Fetching {
            match source.value.downcast_ref::<S>() {
                Some(source) => {
                    let fetched = fetch(source.clone());
                    Box::pin(async move { Loaded::of(fetched.await) })
                }
                None => Box::pin(pending()),
            }
        };
        Self {
            untyped: untyped(Box::new(move || Source::of(source())), Box::new(fetch)),
            of: PhantomData,
        }
    }

    /// What it is now; none while it is loading for the first time.
    pub fn get(self) -> Option<Result<V, AppError>> {
        self.untyped.get().map(|loaded| loaded.open())
    }

    pub fn refetch(self) {
        self.untyped.refetch();
    }
}

impl<V> IntoFuture for Resource<Result<V, AppError>>
where
    V: DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Output = Result<V, AppError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { untyped, .. } = self;
        Box::pin(async move { untyped.await.open() })
    }
}

fn untyped(
    source: Box<dyn Fn() -> Source + Send + Sync>,
    fetch: Box<dyn Fn(Source) -> Fetching + Send + Sync>,
) -> Untyped {
    Untyped::new_str(source, fetch)
}

/// What a resource depends on.
#[derive(Clone)]
struct Source {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl Source {
    fn of<S: PartialEq + Send + Sync + 'static>(value: S) -> Self {
        Self {
            value: Arc::new(value),
            same: |one, other| one.downcast_ref::<S>() == other.downcast_ref::<S>(),
        }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&*self.value, &*other.value)
    }
}

/// What was loaded.
#[derive(Clone)]
struct Loaded {
    /// As it stands in a page.
    written: Arc<str>,
    /// None where it was found in a page.
    value: Option<Arc<dyn Any + Send + Sync>>,
}

impl Loaded {
    fn of<V: Serialize + Send + Sync + 'static>(value: Result<V, AppError>) -> Self {
        // A browser writes no pages.
        let written = match cfg!(feature = "ssr") {
            true => serde_json::to_string(&value).unwrap_or_default(),
            false => String::new(),
        };
        Self {
            written: written.into(),
            value: Some(Arc::new(value)),
        }
    }

    fn open<V: DeserializeOwned + Clone + 'static>(&self) -> Result<V, AppError> {
        match &self.value {
            Some(value) => value
                .downcast_ref::<Result<V, AppError>>()
                .cloned()
                .unwrap_or(Err(AppError::Offline)),
            None => Answer::read(&self.written)?.open::<Result<V, AppError>>()?,
        }
    }
}

impl FromStr for Loaded {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self {
            written: text.into(),
            value: None,
        })
    }
}

impl Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}
