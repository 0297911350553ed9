//! How many pages may listen: in all, and from one address.

use crate::pace::Origin;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Places for those who listen.
pub struct Seats {
    in_all: usize,
    for_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<Origin, usize>,
}

/// A place, as long as it is held.
pub struct Seat {
    seats: Arc<Seats>,
    from: Origin,
}

impl Seats {
    /// So many in all, and for each address so many of them.
    pub fn new(in_all: usize, for_one: usize) -> Self {
        Self {
            in_all,
            for_one,
            taken: Mutex::default(),
        }
    }

    /// A place for somebody who comes from there; none if all are taken, or
    /// enough of them by that address.
    pub fn take(self: &Arc<Self>, from: Origin) -> Option<Seat> {
        let from = from.neighbours();
        let mut taken = self.taken();
        let here = taken.by.get(&from).copied().unwrap_or_default();
        if taken.all >= self.in_all || here >= self.for_one {
            return None;
        }
        taken.all += 1;
        taken.by.insert(from, here + 1);
        Some(Seat {
            seats: self.clone(),
            from,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all -= 1;
        if let Some(here) = taken.by.get_mut(&self.from) {
            *here -= 1;
            if *here == 0 {
                taken.by.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Origin {
        Origin::of(address.parse().expect("an address"))
    }

    #[test]
    fn one_address_leaves_places_to_others() {
        let seats = Arc::new(Seats::new(4, 2));
        let crowd = [from("192.0.2.7"), from("::ffff:192.0.2.7")];
        let mut held: Vec<Seat> = crowd
            .into_iter()
            .map(|from| seats.take(from).expect("a place"))
            .collect();
        assert!(seats.take(crowd[0]).is_none(), "both spellings are one");
        held.extend(seats.take(from("192.0.2.8")));
        held.extend(seats.take(from("2001:db8::1")));
        assert_eq!(held.len(), 4);
        assert!(seats.take(from("192.0.2.9")).is_none(), "all are taken");

        held.remove(0);
        held.extend(seats.take(from("2001:db8::2")));
        assert_eq!(held.len(), 4, "it was given back");
        held.remove(0);
        let neighbour = from("2001:db8::3");
        assert!(seats.take(neighbour).is_none(), "a network is one");
        held.clear();
        assert!(seats.take(neighbour).is_some());
        assert!(seats.taken().by.is_empty(), "nobody is remembered");
    }
}
