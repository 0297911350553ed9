//! Puts the comments of one item in an order in which parents come first.

use std::collections::{HashMap, HashSet};

/// One comment as the export numbers it.
pub(crate) struct Link<'a> {
    pub(crate) id: &'a str,
    pub(crate) parent: &'a str,
    pub(crate) at: i64,
}

/// A place in the given list, and the place of the comment it answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) index: usize,
    pub(crate) parent: Option<usize>,
}

/// Orders by depth, then by time. A comment whose parent is not in the list
/// answers nothing, and neither does one that would answer itself in a circle.
pub(crate) fn arrange(links: &[Link<'_>]) -> Vec<Placed> {
    let mut places = HashMap::new();
    for (index, link) in links.iter().enumerate() {
        if !matches!(link.id, "" | "0") {
            places.entry(link.id).or_insert(index);
        }
    }
    let mut parents: Vec<Option<usize>> = links
        .iter()
        .map(|link| places.get(link.parent).copied())
        .collect();
    let mut depths: Vec<Option<usize>> = vec![None; links.len()];
    for start in 0..links.len() {
        let mut walked = Vec::new();
        let mut on_walk = HashSet::new();
        let mut at = start;
        let mut depth = loop {
            if let Some(depth) = depths[at] {
                break depth + 1;
            }
            walked.push(at);
            on_walk.insert(at);
            match parents[at] {
                Some(parent) if on_walk.contains(&parent) => {
                    parents[at] = None;
                    break 0;
                }
                Some(parent) => at = parent,
                None => break 0,
            }
        };
        for place in walked.into_iter().rev() {
            depths[place] = Some(depth);
            depth += 1;
        }
    }
    let mut order: Vec<usize> = (0..links.len()).collect();
    order.sort_by_key(|&index| (depths[index], links[index].at, index));
    order
        .into_iter()
        .map(|index| Placed {
            index,
            parent: parents[index],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged(links: &[(&str, &str, i64)]) -> Vec<(usize, Option<usize>)> {
        let links: Vec<_> = links
            .iter()
            .map(|&(id, parent, at)| Link { id, parent, at })
            .collect();
        arrange(&links)
            .into_iter()
            .map(|placed| (placed.index, placed.parent))
            .collect()
    }

    #[test]
    fn parents_come_first_even_if_their_clock_was_late() {
        assert_eq!(
            arranged(&[("2", "1", 5), ("1", "0", 9), ("3", "0", 1)]),
            [(2, None), (1, None), (0, Some(1))]
        );
    }

    #[test]
    fn a_missing_parent_and_a_circle_leave_comments_at_the_top() {
        assert_eq!(arranged(&[("1", "7", 0)]), [(0, None)]);
        assert_eq!(arranged(&[("1", "1", 0)]), [(0, None)]);
        assert_eq!(
            arranged(&[("", "", 0), ("0", "0", 1)]),
            [(0, None), (1, None)]
        );
        let circle = arranged(&[("1", "2", 0), ("2", "1", 1)]);
        assert_eq!(
            circle.iter().filter(|(_, parent)| parent.is_none()).count(),
            1
        );
    }
}
