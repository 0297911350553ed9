//! A device that makes and shows passkeys, with the browser that speaks for it:
//! what `navigator.credentials` answers, as JSON. Its signatures are ring's, so
//! that another library than the server's has a say.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const NEW_CREDENTIAL: u8 = 0x40;

/// One passkey on the device.
struct Key {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    rp: String,
    user: Vec<u8>,
}

/// A device. What is public can be set to what it must not be.
pub struct Authenticator {
    /// The site that the browser is on.
    pub origin: String,
    /// It asks for a finger or a code before it answers.
    pub verifies: bool,
    /// How often it has signed; some devices never count.
    pub counter: u32,
    pub counts: bool,
    /// Its passkeys are synchronised to other devices.
    pub synchronised: bool,
    /// It says whose passkey it shows.
    pub names_owner: bool,
    keys: Vec<Key>,
}

impl Authenticator {
    /// A security key, held by someone on this site.
    pub fn on(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            verifies: true,
            counter: 0,
            counts: true,
            synchronised: false,
            names_owner: true,
            keys: Vec::new(),
        }
    }

    /// What `credentials.create()` answers; none if the device has a passkey that
    /// the site excludes.
    pub fn make(&mut self, options: &str) -> Option<String> {
        let options: Value = serde_json::from_str(options).expect("options");
        let excluded = ids(&options["excludeCredentials"]);
        if self.keys.iter().any(|key| excluded.contains(&key.id)) {
            return None;
        }
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)
            .expect("a new key");
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random)
                .expect("the new key");
        let id = Sha256::digest(pair.public_key().as_ref())[..16].to_vec();
        let rp = text(&options["rp"]["id"]);
        let mut data = self.about(&rp, NEW_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len()).expect("a short id").to_be_bytes());
        data.extend(&id);
        data.extend(cose(pair.public_key().as_ref()));
        let answer = credential(
            &id,
            json!({
                "clientDataJSON": encoded(&self.client_data("webauthn.create", &options)),
                "attestationObject": encoded(&unattested(&data)),
                "transports": ["internal"],
            }),
        );
        self.keys.push(Key {
            pair,
            id,
            rp,
            user: decoded(&options["user"]["id"]),
        });
        Some(answer)
    }

    /// What `credentials.get()` answers; none if the device has nothing to show.
    pub fn show(&mut self, options: &str) -> Option<String> {
        let options: Value = serde_json::from_str(options).expect("options");
        let (rp, allowed) = (text(&options["rpId"]), ids(&options["allowCredentials"]));
        let place = self
            .keys
            .iter()
            .rposition(|key| key.rp == rp && (allowed.is_empty() || allowed.contains(&key.id)))?;
        if self.counts {
            self.counter += 1;
        }
        let data = self.about(&rp, 0);
        let client = self.client_data("webauthn.get", &options);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let key = &self.keys[place];
        let signature = key
            .pair
            .sign(&SystemRandom::new(), &signed)
            .expect("a signature");
        let owner = self.names_owner.then(|| encoded(&key.user));
        Some(credential(
            &key.id,
            json!({
                "clientDataJSON": encoded(&client),
                "authenticatorData": encoded(&data),
                "signature": encoded(signature.as_ref()),
                "userHandle": owner,
            }),
        ))
    }

    fn about(&self, rp: &str, more: u8) -> Vec<u8> {
        let mut flags = PRESENT | more;
        if self.verifies {
            flags |= VERIFIED;
        }
        if self.synchronised {
            flags |= BACKUP_ELIGIBLE | BACKED_UP;
        }
        let mut data = Sha256::digest(rp).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        })
        .to_string()
        .into_bytes()
    }
}

fn credential(id: &[u8], response: Value) -> String {
    json!({
        "id": encoded(id),
        "rawId": encoded(id),
        "response": response,
        "authenticatorAttachment": "platform",
        "clientExtensionResults": {},
        "type": "public-key",
    })
    .to_string()
}

fn ids(list: &Value) -> Vec<Vec<u8>> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|one| decoded(&one["id"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(value: &Value) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD
        .decode(value.as_str().expect("base64url"))
        .expect("base64url")
}

/// An elliptic curve's public key as COSE has it (RFC 9053), in CBOR: key type 2,
/// algorithm -7 (ES256), curve 1 (P-256), x and y.
fn cose(uncompressed: &[u8]) -> Vec<u8> {
    let (x, y) = uncompressed[1..].split_at(32);
    let mut map = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32];
    map.extend(x);
    map.extend([0x22, 0x58, 32]);
    map.extend(y);
    map
}

/// An attestation object that attests nothing, in CBOR.
fn unattested(data: &[u8]) -> Vec<u8> {
    let mut map = vec![0xa3];
    for (name, value) in [("fmt", &b"\x64none"[..]), ("attStmt", &[0xa0])] {
        map.push(0x60 | u8::try_from(name.len()).expect("a short name"));
        map.extend(name.as_bytes());
        map.extend(value);
    }
    map.push(0x68);
    map.extend(b"authData");
    map.extend([0x58, u8::try_from(data.len()).expect("short data")]);
    map.extend(data);
    map
}
