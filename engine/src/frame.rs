//! The size of a sync frame: as much as the network lets through.

use protocol::sync::pull::SMALLEST_FRAME;

/// The size of a sync frame: half after one that was lost, twice after one that was full and arrived, but not as large as the one that was
/// lost until many have arrived. That a small answer arrived proves nothing about large ones.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The size that is requested now.
    pub bytes: u32,
    most: u32,
    /// The size that was last lost.
    lost: u32,
    /// Full frames that arrived since.
    arrived: u32,
}

/// After so many full frames the size that was lost is tried again: it may have been lost for another reason.
const TRY_AGAIN: u32 = 16;

impl Frame {
    /// Begins with the most.
    pub const fn new(most: u32) -> Self {
        Self::beginning_with(most, most)
    }

    /// Begins with less than the most, for what costs much where it is lost.
    pub const fn beginning_with(bytes: u32, most: u32) -> Self {
        Self { bytes, most, lost: u32::MAX, arrived: 0 }
    }

    /// A frame was lost.
    pub fn lost(&mut self) {
        (self.lost, self.arrived) = (self.bytes, 0);
        self.bytes = (self.bytes / 2).max(SMALLEST_FRAME);
    }

    /// An answer of so many bytes arrived.
    pub fn received(&mut self, bytes: usize) {
        if bytes <= self.bytes as usize / 2 {
            return;
        }
        self.arrived += 1;
        let next = self.bytes.saturating_mul(2).min(self.most);
        if next < self.lost || self.arrived >= TRY_AGAIN {
            self.bytes = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::sync::pull::FRAME;

    #[test]
    fn a_frame_settles_below_what_is_lost_and_grows_again_after_a_while() {
        let mut frame = Frame::new(FRAME);
        let hole = 12_000;
        let mut lost = 0;
        for _ in 0..60 {
            if frame.bytes > hole {
                frame.lost();
                lost += 1;
            } else {
                frame.received(frame.bytes as usize);
            }
        }
        assert!(frame.bytes <= hole && lost < 12, "{lost} of 60 frames were lost");
        frame.received(10);
        assert!(frame.bytes <= hole, "a small answer proves nothing about large ones");
    }

    #[test]
    fn a_frame_that_shrank_is_the_largest_again_once_all_arrives() {
        let mut frame = Frame::new(FRAME);
        for _ in 0..3 {
            frame.lost();
        }
        assert_eq!(frame.bytes, FRAME / 8);
        for _ in 0..TRY_AGAIN + 2 {
            frame.received(frame.bytes as usize);
        }
        assert_eq!(frame.bytes, FRAME, "as it was set up");
    }

    #[test]
    fn a_frame_that_begins_small_is_the_largest_after_a_few_that_arrived() {
        let mut frame = Frame::beginning_with(FRAME / 8, FRAME);
        for _ in 0..3 {
            frame.received(frame.bytes as usize);
        }
        assert_eq!(frame.bytes, FRAME);
        frame.received(FRAME as usize);
        assert_eq!(frame.bytes, FRAME, "and no larger");
    }
}
