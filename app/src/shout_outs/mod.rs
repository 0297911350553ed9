//! Room: shout_outs.
