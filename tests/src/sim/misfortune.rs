//! What goes wrong in a simulated world, and what people on the server do meanwhile.

use super::exchange::Question;
use super::schedule::{COPY, DEVICES, Step};
use super::server::{Reply, months};
use super::world::{Content, World};
use super::{checks, people, sabotage};
use engine::pull::Ask;

impl World {
    pub(super) fn misfortune(&mut self, step: &Step) -> Option<u8> {
        match *step {
            Step::Drop { pick } => {
                let message = self.take(pick)?;
                self.fault(match &message.content {
                    Content::Reply(reply) if matches!(**reply, Reply::Pushed(_)) => "answer lost after the commit",
                    Content::Wake => "wake lost",
                    _ => "message lost",
                });
                sabotage::lost(self, &message);
            }
            Step::Duplicate { pick } => {
                let place = pick as usize % self.on_the_way.len().max(1);
                let again = self.on_the_way.get(place)?.clone();
                self.fault("message doubled");
                self.on_the_way.push(again);
            }
            Step::Truncate { pick } => {
                let place = pick as usize % self.on_the_way.len().max(1);
                let message = self.on_the_way.get_mut(place)?;
                if matches!(message.content, Content::Reply(_)) {
                    message.content = Content::Reply(std::rc::Rc::new(Reply::Fault));
                    self.fault("answer cut off");
                }
            }
            Step::BlackHole { largest } => self.hole = largest,
            Step::KillDevice { device, commits, after } => {
                self.devices[usize::from(device)].fuse.arm(commits, after);
                self.fault(if after { "device killed after a commit" } else { "device killed before a commit" });
            }
            Step::KillServer { commits, after } => {
                self.server.fuse.arm(commits, after);
                self.fault(if after { "server killed after a commit" } else { "server killed before a commit" });
            }
            Step::Full { whose } => self.set_full(whose, true),
            Step::Free => (0..=DEVICES).for_each(|whose| self.set_full(whose, false)),
            Step::Busy { whose } => {
                self.busy = Some(whose);
                self.set_busy(whose, true);
                self.fault("file locked");
            }
            Step::Shadow { pick } => checks::note_shadow(self, pick),
            Step::Backup => self.server.back_up(),
            Step::Restore => {
                if self.server.restore() {
                    self.fault("server restored from a backup");
                    self.shadows.clear();
                    checks::after_restore(self);
                }
            }
            Step::Months => {
                months(&mut self.server);
                for device in &mut self.devices {
                    device.was_damaged = true;
                    device.forget_disk();
                }
                self.fault("tombstones forgotten");
            }
            Step::Member { .. } | Step::Move { .. } | Step::Server { .. } | Step::Case { .. } | Step::Notify => {
                self.people_act(step)
            }
            ref other => return self.damage(other),
        }
        None
    }

    fn people_act(&mut self, step: &Step) {
        let between_pages = self.devices.iter().any(|device| {
            matches!(&device.asked, Some((_, Question::Read(Ask::Page { range, .. }))) if range.after.is_some() || range.until.is_none())
        });
        let Some((name, advanced)) = people::act(&mut self.server, step) else { return };
        self.fault(name);
        if name == "rights changed" && between_pages {
            self.fault("rights changed between pages");
        }
        if self.server.fuse.is_blown() {
            self.server.db = None;
            self.server.boot();
        }
        self.wake(&advanced);
    }

    fn damage(&mut self, step: &Step) -> Option<u8> {
        let (device, name) = match *step {
            Step::Settle { device } => {
                self.devices[usize::from(device)].settle_cache();
                return Some(device);
            }
            Step::Clone => {
                let (first, rest) = self.devices.split_at_mut(1);
                rest[usize::from(COPY) - 1].become_copy_of(&first[0]);
                (COPY, "device copied")
            }
            Step::PowerCut { device } if self.devices[usize::from(device)].cut_power() => (device, "power cut"),
            Step::Corrupt { device } => {
                self.devices[usize::from(device)].corrupt();
                (device, "cache turned to noise")
            }
            Step::LoseRow { device, pick } if people::lose_row(&mut self.devices[usize::from(device)], pick) => {
                (device, "cache lost a row")
            }
            Step::Downgrade { device } if people::downgrade(&mut self.devices[usize::from(device)]) => (device, "app downgraded"),
            Step::Clock { device, days } => {
                self.devices[usize::from(device)].clock_days = i64::from(days);
                (device, "clock jumped")
            }
            Step::Expire { device } => {
                self.devices[usize::from(device)].token_is_good = false;
                return None;
            }
            _ => return None,
        };
        self.fault(name);
        Some(device)
    }

    fn set_full(&mut self, whose: u8, full: bool) {
        match self.devices.get_mut(usize::from(whose)) {
            Some(device) => device.set_full(full),
            None => self.server.set_full(full),
        }
        if full {
            self.fault("disk full");
        }
    }

    pub(super) fn set_busy(&mut self, whose: u8, busy: bool) {
        match self.devices.get_mut(usize::from(whose)) {
            Some(device) => device.set_busy(busy),
            None => self.server.set_busy(busy),
        }
    }
}
