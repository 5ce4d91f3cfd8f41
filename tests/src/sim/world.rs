//! The simulated world: a server, devices, and what is on its way between them.

use super::device::Device;
use super::exchange::Question;
use super::pictures::Picture;
use super::schedule::{COPY, DEVICES, Schedule, Step};
use super::server::{Reply, Server};
use super::{Broken, Counts, Sabotage, Templates, checks, ensure, people, sabotage, seen};
use engine::device::Answer;
use engine::pull::Ask;
use protocol::sync::pull::{Bucket, Cursor};
use std::collections::BTreeMap;
use std::path::Path;
use sync_server::core::feed::BucketAdvanced;
use sync_server::field::blob_files::Blobs;
use tokio::runtime::{Builder, Runtime};

/// Messages on their way at most: who sends more has lost its bounds.
const MOST_MESSAGES: usize = 64;

/// Messages until everything must have healed.
const HEAL_STEPS: usize = 4_000;

/// Times that devices may wait for their floor meanwhile.
const HEAL_CYCLES: usize = 40;

/// Something on its way.
#[derive(Clone)]
pub struct Message {
    /// Of the question, which its answer bears, too.
    pub number: u64,
    /// To or from which device.
    pub device: u8,
    /// What.
    pub content: Content,
}

/// What is on its way.
#[derive(Clone)]
pub enum Content {
    /// To the server.
    Question(Box<Question>),
    /// To the device.
    Reply(std::rc::Rc<Reply>),
    /// To the device: something is new.
    Wake,
}

/// What a bucket held once, to be caught up by the log.
pub struct Shadow {
    /// From where.
    pub cursor: Cursor,
    /// Rows and their revisions.
    pub rows: BTreeMap<(u8, String), u64>,
}

/// The world.
pub struct World {
    /// The server.
    pub server: Server,
    /// The devices; the last one is a place for a copy of the first.
    pub devices: Vec<Device>,
    /// What happened how often.
    pub counts: Counts,
    /// What happened, in short: two runs of one schedule have the same.
    pub trace: u64,
    /// Time since the beginning, in milliseconds.
    pub mono: u64,
    /// The pictures that people took.
    pub pictures: Vec<Picture>,
    /// The files of pictures at the server.
    pub blobs: Blobs,
    /// What was noted of buckets.
    pub shadows: Vec<Shadow>,
    /// The rule that is broken on purpose.
    pub sabotage: Option<Sabotage>,
    /// A promise that was seen not to hold while something else was under way.
    pub found: Option<Broken>,
    /// Bytes of the last frame that was swallowed, to read in a failure.
    pub last_swallowed: usize,
    pub(super) on_the_way: Vec<Message>,
    /// The client's store keeps pictures off the threads of a runtime.
    pub(super) runtime: Runtime,
    pub(super) hole: u32,
    pub(super) busy: Option<u8>,
    numbers: u64,
    keeps_hole: bool,
}

impl World {
    /// A world at its beginning.
    pub fn new(folder: &Path, templates: &Templates, schedule: &Schedule, sabotage: Option<Sabotage>) -> Self {
        let mut server = Server::start(folder, &templates.server());
        server.model.rights = people::rights_at_the_beginning();
        let devices = (0..DEVICES).map(|number| {
            let mut device = Device::new(number, folder.join(format!("device-{number}")), &templates.device());
            // The copy is off until there is something to copy.
            device.wake_pending = number != COPY;
            device
        });
        Self {
            server,
            devices: devices.collect(),
            counts: Counts::default(),
            trace: 0,
            mono: 0,
            pictures: Vec::new(),
            blobs: Blobs::open(folder.join("blobs")).expect("a folder"),
            shadows: Vec::new(),
            sabotage,
            found: None,
            last_swallowed: 0,
            on_the_way: Vec::new(),
            numbers: 0,
            runtime: Builder::new_current_thread().build().expect("a runtime"),
            hole: 0,
            keeps_hole: schedule.keeps_hole,
            busy: None,
        }
    }

    /// Plays the steps, heals, and checks everything.
    pub fn play(&mut self, steps: &[Step]) -> Result<(), Broken> {
        for step in steps {
            self.step(step)?;
        }
        self.heal()?;
        checks::at_the_end(self)
    }

    /// Notes that something happened.
    pub fn note(&mut self, what: impl std::hash::Hash) {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (self.trace, what).hash(&mut hasher);
        self.trace = hasher.finish();
    }

    pub(super) fn fault(&mut self, name: &'static str) {
        seen(&mut self.counts.faults, name);
    }

    pub(super) fn step(&mut self, step: &Step) -> Result<(), Broken> {
        self.mono += 20;
        self.server.now = self.server.now.plus(20);
        let touched = match *step {
            Step::Turn { device } => {
                self.turn(device);
                Some(device)
            }
            Step::Deliver { pick } => self.deliver(pick)?,
            Step::Edit { device, pick } => self.edit(device, pick, false)?,
            Step::Newer { device, pick } => self.edit(device, pick, true)?,
            Step::Note { device, pick } => {
                people::note(&mut self.devices[usize::from(device)], pick, self.server.now);
                Some(device)
            }
            Step::Decide { device, pick } => {
                self.devices[usize::from(device)].decide(pick);
                Some(device)
            }
            Step::GiveUp { device } => {
                self.give_up(device);
                Some(device)
            }
            Step::Import { .. } | Step::TakeBack { .. } | Step::EditAdded { .. } => self.by_person(step),
            Step::Answer { .. } | Step::Work { .. } | Step::MoveZone { .. } => self.by_person(step),
            Step::View { .. } | Step::Tip { .. } | Step::PlanAnew { .. } => self.by_person(step),
            Step::Swap { .. } | Step::AtWork { .. } => self.by_person(step),
            Step::InField { .. } | Step::HandOver { .. } => self.in_field(step),
            Step::Part { pick } => {
                self.bring_part(pick);
                None
            }
            Step::Announce { .. } | Step::Merge { .. } | Step::Export { .. } => self.at_the_office(step),
            Step::Wait { ms } => {
                self.mono += u64::from(ms);
                self.server.now = self.server.now.plus(i64::from(ms));
                None
            }
            ref other => self.misfortune(other),
        };
        if let Some(busy) = self.busy.take_if(|_| !matches!(step, Step::Busy { .. })) {
            self.set_busy(busy, false);
        }
        if let Some(found) = self.found.take() {
            return Err(found);
        }
        touched.map_or(Ok(()), |device| checks::of_device(self, device))
    }

    fn turn(&mut self, device: u8) {
        if self.server.db.is_none() {
            self.server.boot();
        }
        let at = &mut self.devices[usize::from(device)];
        if device == COPY && at.store.is_none() && !at.wake_pending {
            return;
        }
        for (number, question) in at.turn(self.mono, self.server.now, &mut self.numbers) {
            let content = Content::Question(Box::new(question));
            self.on_the_way.push(Message { number, device, content });
        }
        let fuse = self.devices[usize::from(device)].fuse.clone();
        self.note((device, number_of(&self.on_the_way), fuse.is_blown()));
    }

    fn edit(&mut self, device: u8, pick: u32, newer: bool) -> Result<Option<u8>, Broken> {
        if self.devices[usize::from(device)].store.is_none() {
            return Ok(None);
        }
        let done = people::edit(&mut self.devices[usize::from(device)], pick, self.server.now, newer)?;
        for name in done {
            self.fault(name);
        }
        Ok(Some(device))
    }

    fn give_up(&mut self, device: u8) {
        let at = &mut self.devices[usize::from(device)];
        if at.asked.is_some() || at.pushed.is_some() {
            at.give_up(self.mono);
            self.fault("gave up waiting");
        }
    }

    pub(super) fn take(&mut self, pick: u32) -> Option<Message> {
        if self.on_the_way.is_empty() {
            return None;
        }
        let place = pick as usize % self.on_the_way.len();
        if place > 0 {
            self.fault("message overtaken");
        }
        Some(self.on_the_way.remove(place))
    }

    fn deliver(&mut self, pick: u32) -> Result<Option<u8>, Broken> {
        let Some(message) = self.take(pick) else { return Ok(None) };
        self.arrive(message)
    }

    fn arrive(&mut self, message: Message) -> Result<Option<u8>, Broken> {
        let Message { number, device, content } = message;
        self.note((number, device));
        match content {
            Content::Wake => {
                self.devices[usize::from(device)].wake();
                Ok(None)
            }
            Content::Question(question) => {
                if self.is_swallowed(sabotage::size_of_question(&question)) {
                    return Ok(None);
                }
                let reply = self.serve(device, &question)?;
                if let Some(reply) = reply {
                    let content = Content::Reply(std::rc::Rc::new(reply));
                    self.on_the_way.push(Message { number, device, content });
                }
                Ok(None)
            }
            Content::Reply(reply) => {
                if self.is_swallowed(sabotage::size_of_reply(&reply)) {
                    return Ok(None);
                }
                checks::of_reply(self, device, number, &reply)?;
                let at = &mut self.devices[usize::from(device)];
                at.receive(number, &reply, self.mono, self.server.now, &mut self.counts)?;
                Ok(Some(device))
            }
        }
    }

    fn is_swallowed(&mut self, bytes: usize) -> bool {
        let swallowed = self.hole > 0 && bytes > self.hole as usize;
        if swallowed {
            self.last_swallowed = bytes;
            self.fault("large frame swallowed");
        }
        swallowed
    }

    /// What the server answers; nothing if it has ended meanwhile.
    fn serve(&mut self, device: u8, question: &Question) -> Result<Option<Reply>, Broken> {
        if self.server.db.is_none() {
            self.server.boot();
        }
        if !self.devices[usize::from(device)].token_is_good {
            self.fault("token expired on the way");
            return Ok(Some(Reply::Unauthenticated));
        }
        let (reply, advanced) = match question {
            Question::Read(ask) => (sabotage::read(self, device, ask), Vec::new()),
            Question::Push(push) => {
                let taken = sabotage::before_push(self, device, push);
                let (mut reply, advanced) = self.server.push(device, &taken, &mut self.counts)?;
                sabotage::after_push(self, push, &mut reply);
                (reply, advanced)
            }
        };
        if self.server.fuse.is_blown() {
            self.server.db = None;
            self.server.boot();
            return Ok(None);
        }
        self.wake(&advanced);
        self.note((self.server.now.0, matches!(reply, Reply::Fault)));
        Ok(Some(reply))
    }

    pub(super) fn wake(&mut self, advanced: &[BucketAdvanced]) {
        if advanced.is_empty() {
            return;
        }
        for device in 0..DEVICES {
            let concerns = |num: i64| advanced.iter().any(|advanced| advanced.bucket == num);
            let is_concerned = self.server.scope(device).iter().any(|member| member.num.is_some_and(concerns));
            if is_concerned && !self.on_the_way.iter().any(|m| m.device == device && matches!(m.content, Content::Wake)) {
                self.on_the_way.push(Message { number: 0, device, content: Content::Wake });
            }
        }
    }

    /// Lets every fault end, and runs until nobody has anything to send; that takes a bounded number of steps.
    fn heal(&mut self) -> Result<(), Broken> {
        (0..=DEVICES).for_each(|whose| self.set_busy(whose, false));
        self.step(&Step::Free)?;
        self.server.fuse.take();
        self.server.is_upgraded = true;
        self.hole = if self.keeps_hole { self.hole } else { 0 };
        for device in &mut self.devices {
            device.fuse.take();
            (device.clock_days, device.token_is_good) = (0, true);
        }
        // An hour, so that whatever was asked to wait has waited.
        self.step(&Step::Wait { ms: 3_600_000 })?;
        let mut steps = 0;
        for cycle in 0..HEAL_CYCLES {
            self.step(&Step::Notify)?;
            self.bring_pictures()?;
            loop {
                for device in 0..DEVICES {
                    self.step(&Step::Turn { device })?;
                }
                checks::bounds(self, self.on_the_way.len(), MOST_MESSAGES)?;
                if self.on_the_way.is_empty() {
                    break;
                }
                while !self.on_the_way.is_empty() {
                    steps += 1;
                    ensure(steps < HEAL_STEPS, || format!("after {steps} messages there is still no end"))?;
                    self.step(&Step::Deliver { pick: 0 })?;
                }
            }
            let waits = self.devices.iter().any(|device| device.asked.is_some() || device.pushed.is_some());
            if cycle > 2 && !waits && !self.server.is_notifying() && checks::is_quiet(self) {
                return Ok(());
            }
            // What was swallowed is given up; what is paused comes round; what nobody said is asked for.
            for device in 0..DEVICES {
                self.give_up(device);
                self.go_on_with_imports(device)?;
            }
            self.step(&Step::Wait { ms: 70_000 })?;
        }
        Err(Broken(format!("the outboxes are not drained, or the devices not up to date: {}", checks::what_waits(self))))
    }

    /// A cursor of a bucket, as the server has it now.
    pub fn cursor(&mut self, name: &str) -> Option<Cursor> {
        let Reply::Read(answer) = self.server.read(0, &Ask::Page { bucket: Bucket(name.into()), range: Default::default() })
        else {
            return None;
        };
        let Answer::Page(page) = *answer else { return None };
        Some(Cursor { bucket: page.head.bucket, epoch: page.head.epoch, seq: page.head.seq })
    }
}

fn number_of(messages: &[Message]) -> Vec<u64> {
    messages.iter().map(|message| message.number).collect()
}
