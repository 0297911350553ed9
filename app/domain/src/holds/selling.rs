use super::plain;
use std::sync::LazyLock;

/// Words of people who sell treatment, by their kind.
struct Phrases {
    at_once: Vec<String>,
    /// One list for each further kind.
    kinds: Vec<Vec<String>>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| read(include_str!("../../data/selling.txt")));

fn read(data: &str) -> Phrases {
    let mut kinds: Vec<Vec<String>> = Vec::new();
    for line in data.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            kinds.push(Vec::new());
        } else if let Some(kind) = kinds.last_mut() {
            kind.push(format!(" {} ", plain(line)));
        }
    }
    let mut kinds = kinds.into_iter();
    Phrases {
        at_once: kinds.next().unwrap_or_default(),
        kinds: kinds.collect(),
    }
}

/// Does the text offer treatment for sale? Someone who tells that a clinic
/// helped them does not, nor who asks what it costs.
pub(super) fn sells(text: &str) -> bool {
    let text = format!(" {} ", plain(text));
    let says = |phrases: &Vec<String>| phrases.iter().any(|phrase| text.contains(phrase));
    says(&PHRASES.at_once) || PHRASES.kinds.iter().all(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_has_its_kinds() {
        assert!(PHRASES.at_once.len() > 20);
        assert_eq!(PHRASES.kinds.len(), 3);
        assert!(PHRASES.kinds.iter().all(|kind| kind.len() > 10));
    }

    #[test]
    fn who_sells_treatment_is_noticed() {
        for text in [
            "Struggling? Call our admissions team, 24/7. We're here for you.",
            "We accept most insurance. Recovery is one call away.",
            "Let us VERIFY your insurance, no obligation.",
            "At Sunrise we offer medical detox with same-day admission.",
            "Our clinic has outpatient places. Book now at the link below.",
            "Our specialists provide residential treatment in a villa by the sea, private pay only.",
            "Hi all, I offer sobriety coaching over video. First one is a free consultation!",
            "My practice does hypnotherapy for cravings. Limited spots, click here.",
            "Suboxone for sale, discreet shipping.",
            "Try these drops that helped me, use promo code CALM20.",
            "I can get you what you need. DM me for prices.",
            "We pay for referrals: send us people who are ready.",
            "Our award-winning luxury detox is now open.",
            "Nuestra clínica ofrece desintoxicación con médicos.",
            "Ofrecemos tratamiento residencial. Plazas limitadas, llámenos.",
        ] {
            assert!(sells(text), "{text}");
        }
    }

    #[test]
    fn who_tells_of_treatment_does_not_sell_it() {
        for text in [
            "The clinic helped me. Nine days of detox, and my insurance paid for most of it.",
            "I went to a luxury rehab and came home no different. The church hall did more.",
            "They said they would verify my insurance and never called back.",
            "Does anyone know what inpatient costs? We have no money left.",
            "There was no waiting list at the outpatient place on Mill Road, so I went the same day.",
            "Our group meets on Tuesdays. We offer tea and a lift home; call us if you are stuck.",
            "We provide a hot meal after the meeting, and someone drives people to outpatient.",
            "Beds are available at the shelter tonight, ask for Dee.",
            "Our programme says one day at a time, and today that was enough.",
            "My sponsor works in a treatment centre and still shows up for me every Thursday.",
            "I want to buy pills again. I have the number in my hand.",
            "There is no guaranteed recovery, and anyone who promises one is lying.",
            "I was offered money for referrals by one of these places. Be careful.",
            "Call now, call today, just call: 988 answers at any hour.",
            "My detox was awful and I would do it again tomorrow.",
            "I quit my coaching job because I was drinking before every call.",
            "Book club tonight! We are reading about rehabilitation after the war.",
            "Our detox nurse was the first person to use my name.",
            "In our treatment program we wrote letters. I still have mine.",
            "La clínica me ayudó. Estuve diez días en desintoxicación.",
            "Nuestro centro social abre hoy; hay sopa para todos.",
            "",
        ] {
            assert!(!sells(text), "{text}");
        }
    }
}
