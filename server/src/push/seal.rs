//! What is told to a device, so that only the device can read it (RFC 8291), and
//! who tells it, so that the push service knows whom to blame (RFC 8292).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    push::{DeviceKeys, Endpoint, PushKey},
    store::{StoreError, Stored},
};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::SecureRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};

/// The size of a record; each message is one.
const RECORD: u32 = 4_096;

/// What is told with its end and what fills it up: each is as long as the others,
/// so that the push service does not learn by that what it was.
pub const FILLED: usize = 128;

/// How long a push service may believe who tells, in seconds.
const BELIEVED_FOR: i64 = 12 * 60 * 60;

fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What went wrong with keys, as it is logged.
pub fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::new(format!("push: {error}"))
}

/// Seals a message for a device. None if the device's key is none.
pub fn seal(to: &DeviceKeys, words: &[u8], random: &dyn SecureRandom) -> Stored<Option<Vec<u8>>> {
    let own = EphemeralPrivateKey::generate(&ECDH_P256, random).map_err(broken)?;
    let mut public = [0; 65];
    public.copy_from_slice(own.compute_public_key().map_err(broken)?.as_ref());
    let mut salt = [0; 16];
    random.fill(&mut salt).map_err(broken)?;
    // One record, and its end; zeros fill it up.
    let mut record = [words, b"\x02"].concat();
    record.resize(record.len().max(FILLED), 0);
    let theirs = UnparsedPublicKey::new(&ECDH_P256, to.key);
    let sealed = agree_ephemeral(own, &theirs, |shared| {
        sealed(shared, to, &public, &salt, record)
    });
    sealed.ok().transpose().map_err(broken)
}

/// As [`seal`], once everything that is left to chance is known.
fn sealed(
    shared: &[u8],
    to: &DeviceKeys,
    public: &[u8; 65],
    salt: &[u8; 16],
    mut record: Vec<u8>,
) -> Result<Vec<u8>, Unspecified> {
    let info = [b"WebPush: info\0", &to.key[..], &public[..]].concat();
    let secret: [u8; 32] = derived(&to.auth, shared, &info)?;
    let key: [u8; 16] = derived(salt, &secret, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = derived(salt, &secret, b"Content-Encoding: nonce\0")?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;
    let header = [&salt[..], &RECORD.to_be_bytes(), &[65], &public[..]].concat();
    Ok([header, record].concat())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[u8],
) -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], Length(N))?
        .fill(&mut bytes)?;
    Ok(bytes)
}

/// The house's own key, by which push services know it.
pub struct Identity(EcdsaKeyPair);

impl Identity {
    /// A new one, as it is kept.
    pub fn make(random: &dyn SecureRandom) -> Stored<PushKey> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random);
        let secret = base64(made.map_err(broken)?);
        let public = Self::read(&secret, random)?.public();
        Ok(PushKey { secret, public })
    }

    /// From the secret as it was kept.
    pub fn read(kept: &str, random: &dyn SecureRandom) -> Stored<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(kept).map_err(broken)?;
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, random)
            .map(Self)
            .map_err(broken)
    }

    fn public(&self) -> String {
        base64(self.0.public_key())
    }

    /// The header that says who tells. `now` in seconds.
    pub fn vouch(
        &self,
        endpoint: &Endpoint,
        house: &str,
        now: i64,
        random: &dyn SecureRandom,
    ) -> Stored<String> {
        let mut claims = serde_json::json!({
            "aud": endpoint.origin(),
            "exp": now + BELIEVED_FOR,
        });
        // Nobody can be reached at another kind of address.
        if house.starts_with("https://") {
            claims["sub"] = house.into();
        }
        let head = base64(r#"{"typ":"JWT","alg":"ES256"}"#);
        let said = format!("{head}.{}", base64(claims.to_string()));
        let signed = self.0.sign(random, said.as_bytes()).map_err(broken)?;
        Ok(format!(
            "vapid t={said}.{}, k={}",
            base64(signed),
            self.public()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        notifications::{COUNTED, Kind},
        push::{Notice, What},
    };
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey},
    };

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64");
        bytes.try_into().expect("as long")
    }

    fn device() -> DeviceKeys {
        DeviceKeys::parse(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .expect("keys")
    }

    /// The example of RFC 8291, section 5 and appendix A.
    #[test]
    fn a_message_is_sealed_as_the_standard_says() {
        let shared: [u8; 32] = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let public: [u8; 65] = bytes(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let salt: [u8; 16] = bytes("DGv6ra1nlYgDCS1FRnbzlw");
        let record = b"When I grow up, I want to be a watermelon\x02".to_vec();
        let sealed = sealed(&shared, &device(), &public, &salt, record).expect("sealed");
        assert_eq!(
            base64(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml\
             mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT\
             pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn each_message_is_sealed_anew_and_as_long_as_any_other() {
        let random = SystemRandom::new();
        let seal = |words: &[u8]| {
            seal(&device(), words, &random)
                .expect("sealed")
                .expect("a key")
        };
        let (one, two, longer) = (seal(b"x"), seal(b"x"), seal(b"three new things"));
        assert_ne!(one, two);
        assert_eq!(one.len(), 16 + 4 + 1 + 65 + FILLED + 16);
        assert_eq!(one.len(), longer.len());
    }

    #[test]
    fn every_notice_fits() {
        let more = [What::Several, What::Digest(1), What::Digest(COUNTED)];
        for what in Kind::ALL.map(What::Of).into_iter().chain(more) {
            assert!(Notice::of(what).text().len() < FILLED, "{what:?}");
        }
    }

    #[test]
    fn a_key_that_is_no_point_seals_nothing() {
        let odd = DeviceKeys {
            key: [4; 65],
            auth: [0; 16],
        };
        let sealed = seal(&odd, b"x", &SystemRandom::new()).expect("sealed");
        assert_eq!(sealed, None);
    }

    #[test]
    fn the_house_vouches_for_what_it_tells() {
        let random = SystemRandom::new();
        let kept = Identity::make(&random).expect("a key");
        let identity = Identity::read(&kept.secret, &random).expect("the key");
        assert!(format!("{kept:?}").contains(&kept.public));
        assert!(!format!("{kept:?}").contains(&kept.secret));
        let endpoint = Endpoint::parse("https://push.example.net/push/a").expect("an address");
        let vouch = |house: &str| identity.vouch(&endpoint, house, 1_000, &random);
        let header = vouch("https://chorus.example").expect("a header");
        let rest = header.strip_prefix("vapid t=").expect("its name");
        let (token, key) = rest.split_once(", k=").expect("a key");
        assert_eq!(key, kept.public);
        let (said, signature) = token.rsplit_once('.').expect("a signature");
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes::<65>(key));
        key.verify(said.as_bytes(), &bytes::<64>(signature))
            .expect("it is the house's");
        let claims = said.split_once('.').expect("claims").1;
        let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
        assert_eq!(claims["aud"], "https://push.example.net");
        assert_eq!(claims["sub"], "https://chorus.example");
        assert_eq!(claims["exp"], 1_000 + 43_200);
        let at_home = vouch("http://127.0.0.1:3000").expect("a header");
        assert!(at_home.len() < header.len(), "nobody to ask there");
        assert!(Identity::read("nonsense", &random).is_err());
    }
}
