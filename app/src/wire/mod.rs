//! How the browser's part speaks with the server, written once for all types.
//!
//! The framework makes code anew for each type that is read, posted or shown: a
//! reader of JSON, a request, a resource, an action. Together they were the larger
//! part of the WASM. Here all of that handles an answer that has no type yet, and
//! each type adds no more than how it is made of one.
//!
//! What travels is the framework's: fields of a form or a query, answered in JSON.

mod action;
mod json;
mod resource;
mod tree;

pub(crate) use action::Sending;
pub use action::ServerAction;
pub use resource::Resource;

use crate::error::AppError;
use http::Method;
#[cfg(feature = "hydrate")]
use leptos::server_fn::{
    client::browser::BrowserClient,
    codec::{IntoReq, PostUrl},
    redirect::call_redirect_hook,
    request::{ClientReq, browser::BrowserRequest},
    response::ClientRes,
};
use leptos::{
    server::codee::{Decoder, Encoder},
    server_fn::{
        Bytes, ContentType, Decodes, Encodes, Format, FormatType, Http, Protocol,
        client::Client,
        codec::{GetUrl, JsonEncoding, Post},
        server::Server,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// What the server said, not yet made into anything.
#[derive(Debug, Clone)]
pub(crate) struct Answer(Arc<json::Json>);

impl Answer {
    fn read(text: &str) -> Result<Self, AppError> {
        let value = json::Json::read(text).ok_or(AppError::Offline)?;
        Ok(Self(Arc::new(value)))
    }

    /// Makes it what it is.
    pub(crate) fn open<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        tree::open(&self.0).map_err(|_| AppError::Offline)
    }
}

/// JSON, as the server writes it and as [`Answer`] reads it.
pub struct Written;

/// What a function answers that is called by itself and from no form.
pub type Json = Post<Written>;

impl ContentType for Written {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for Written {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Written {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Written {
    type Error = AppError;

    fn decode(bytes: Bytes) -> Result<T, AppError> {
        let text = str::from_utf8(&bytes).map_err(|_| AppError::Offline)?;
        Answer::read(text)?.open()
    }
}

impl<T: Serialize> Encoder<T> for Written {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Written {
    type Error = AppError;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, AppError> {
        Answer::read(text)?.open()
    }
}

/// The protocol of functions that only read: the fields are in the address.
pub struct Reads;

impl<Input, Output, Browser, House> Protocol<Input, Output, Browser, House, AppError> for Reads
where
    Http<GetUrl, Json>: Protocol<Input, Output, Browser, House, AppError>,
    Input: Serialize + Send,
    Output: DeserializeOwned + Send,
    Browser: Client<AppError>,
    House: Server<AppError>,
{
    const METHOD: Method = Method::GET;

    fn run_server<F, Fut>(
        request: House::Request,
        function: F,
    ) -> impl Future<Output = Result<House::Response, AppError>> + Send
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, AppError>> + Send,
    {
        <Http<GetUrl, Json> as Protocol<Input, Output, Browser, House, AppError>>::run_server(
            request, function,
        )
    }

    #[cfg(feature = "hydrate")]
    async fn run_client(path: &str, input: Input) -> Result<Output, AppError> {
        let request = IntoReq::<GetUrl, _, AppError>::into_req(input, path, Json::CONTENT_TYPE)?;
        send(request).await?.open()
    }

    #[cfg(not(feature = "hydrate"))]
    fn run_client(
        path: &str,
        input: Input,
    ) -> impl Future<Output = Result<Output, AppError>> + Send {
        <Http<GetUrl, Json> as Protocol<Input, Output, Browser, House, AppError>>::run_client(
            path, input,
        )
    }
}

/// Posts fields, written as a form writes them.
#[cfg(feature = "hydrate")]
async fn post(path: &str, fields: String) -> Result<Answer, AppError> {
    let request = ClientReq::<AppError>::try_new_post(
        path,
        PostUrl::CONTENT_TYPE,
        Json::CONTENT_TYPE,
        fields,
    )?;
    send(request).await
}

#[cfg(feature = "hydrate")]
async fn send(request: BrowserRequest) -> Result<Answer, AppError> {
    let response = <BrowserClient as Client<AppError>>::send(request).await?;
    read(response).await
}

/// Reads what came, and goes where the server leads.
#[cfg(feature = "hydrate")]
async fn read(response: impl ClientRes<AppError>) -> Result<Answer, AppError> {
    let status = response.status();
    let leads_to = response.has_redirect().then(|| response.location());
    let answer = Answer::read(&response.try_into_string().await?)?;
    if status >= 400 {
        return Err(answer.open().unwrap_or_else(|unread| unread));
    }
    if let Some(place) = leads_to {
        call_redirect_hook(&place);
    }
    Ok(answer)
}
