//! Proves that the attack finds what it looks for: a small server with two faults, which answers
//! 500 to one kind of input and panics on another, and one without any.

use std::io;
use std::net::SocketAddr;
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

use bench::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::attack::attack;
use crate::functions::Addresses;
use crate::ground::{Form, Ground};
use crate::mutate::Generator;
use crate::program::trouble;
use crate::tally::Tally;

const REQUESTS: u64 = 1_500;
const AT_ONCE: usize = 16;
const MOST_READ: usize = 700 * 1024;

/// What is wrong with a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Faults {
    None,
    Two,
}

/// Runs the attack on both servers.
///
/// # Errors
/// When a fault is not found, or one is found where there is none.
pub async fn self_test(seed: u64, addresses: &Addresses) -> Result<()> {
    let (sound, log) = attacked(seed, addresses, Faults::None).await?;
    if sound.broken > 0 || !trouble(&log).panics.is_empty() || sound.requests != REQUESTS {
        return Err("the self-test finds faults in a server without any".into());
    }
    let (faulty, log) = attacked(seed, addresses, Faults::Two).await?;
    let panics = trouble(&log).panics.len();
    if faulty.broken == 0 || panics == 0 {
        let broken = faulty.broken;
        return Err(format!(
            "the self-test proves nothing: {broken} answers of 500 and {panics} panics were found \
             in a server with both faults"
        )
        .into());
    }
    println!(
        "self-test: {REQUESTS} requests find {} answers of 500 and {panics} panics in a server \
         with both faults, and none in one without: the attack bites",
        faulty.broken
    );
    Ok(())
}

async fn attacked(seed: u64, addresses: &Addresses, faults: Faults) -> Result<(Tally, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let log = Arc::new(Mutex::new(String::new()));
    let usual = panic::take_hook();
    let for_hook = Arc::clone(&log);
    panic::set_hook(Box::new(move |why| {
        let mut log = for_hook.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&format!("thread panicked: {why}\n").replace(":\n", ": "));
    }));
    let serving = tokio::spawn(serve(listener, faults));
    let ground = Arc::new(ground(address, addresses));
    let mut tally = Tally::default();
    let cookies = vec![String::new(); ground.people];
    let generator = Generator::new(seed);
    let outcome = attack(
        &ground,
        &generator,
        0..REQUESTS,
        &cookies,
        AT_ONCE,
        &mut tally,
    )
    .await;
    serving.abort();
    panic::set_hook(usual);
    outcome?;
    let log = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((tally, log))
}

/// The house's own addresses, with nothing known of what it holds.
fn ground(address: SocketAddr, addresses: &Addresses) -> Ground {
    Ground {
        address,
        functions: addresses.functions.clone(),
        addresses: vec!["/".to_owned(), "/feed.atom".to_owned()],
        pages: addresses.pages.clone(),
        forms: [("/api/stories/share", "body")]
            .map(|(action, field)| {
                let form = Form {
                    action: action.to_owned(),
                    fields: vec![(field.to_owned(), "a".to_owned())],
                };
                (action.to_owned(), vec![form])
            })
            .into(),
        values: Default::default(),
        ids: vec!["0123456789abcdef0123456789abcdef".to_owned()],
        people: 5,
    }
}

async fn serve(listener: TcpListener, faults: Faults) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, faults));
    }
}

async fn answer(mut stream: TcpStream, faults: Faults) -> io::Result<()> {
    let mut request = Vec::new();
    while !is_whole(&request) && request.len() < MOST_READ {
        if stream.read_buf(&mut request).await? == 0 {
            break;
        }
    }
    let status = match faults {
        // Text that is no UTF-8, at which a careless server gives up.
        Faults::Two if holds(&request, b"%ED%A0%80") => "500 Broken",
        Faults::Two if holds(&request, b"%00") => {
            // The library's words stand in for a careless `unwrap`.
            panic!("a byte that is no character")
        }
        _ => "200 Fine",
    };
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Whether the head and as much of a body as it announces are there.
fn is_whole(request: &[u8]) -> bool {
    let mut room = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut room);
    match parsed.parse(request) {
        Ok(httparse::Status::Partial) => false,
        // Not to be read: it is answered as it is.
        Err(_) => true,
        Ok(httparse::Status::Complete(head)) => {
            let length = parsed
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case("content-length"))
                .and_then(|header| {
                    std::str::from_utf8(header.value)
                        .ok()?
                        .parse::<usize>()
                        .ok()
                });
            request.len() >= head.saturating_add(length.unwrap_or_default())
        }
    }
}
