//! What differs between MQTT 3.1.1 and 5, in one place: packets in as one type, answers out for either version.

use crate::metering::ingest::mqtt::kept::LONGEST_LIFE_S;
use mqtt_protocol_core::mqtt::packet::v3_1_1 as v3;
use mqtt_protocol_core::mqtt::packet::v5_0 as v5;
use mqtt_protocol_core::mqtt::packet::{
    AssignedClientIdentifier, DecodeResult, MaximumQos, Packet, Property, Qos, ReceiveMaximum, RetainAvailable,
    SessionExpiryInterval, SharedSubscriptionAvailable, SubscriptionIdentifierAvailable, TopicAliasMaximum, VariableByteInteger,
};
use mqtt_protocol_core::mqtt::result_code::{
    ConnectReasonCode, ConnectReturnCode, DisconnectReasonCode, MqttError, PubackReasonCode, SubackReasonCode, SubackReturnCode,
    UnsubackReasonCode,
};
use mqtt_protocol_core::mqtt::{ArcPayload, Version};

/// Publishes of one client that may wait for the disk.
pub const RECEIVE_MAXIMUM: u16 = 256;

/// A packet of a client, whichever version it uses.
pub enum ClientPacket {
    /// It signs in.
    Connect(Box<Connect>),
    /// A message.
    Publish { topic: String, payload: ArcPayload, packet_id: Option<u16>, qos: Qos },
    /// It has a message of ours.
    Received { packet_id: u16 },
    /// It subscribes to topics, each with the QoS that it asks for.
    Subscribe { packet_id: u16, filters: Vec<(String, Qos)> },
    /// It ends subscriptions.
    Unsubscribe { packet_id: u16, filters: Vec<String> },
    /// It ends the session; `with_will` if its will is to be published all the same, `life_s` if it is to be kept for another time.
    Disconnect { with_will: bool, life_s: Option<u32> },
    /// Enhanced authentication, which is not offered.
    Auth,
    /// Answered by the protocol machine itself.
    Other,
}

/// How a client signs in.
pub struct Connect {
    /// Its identifier; empty if it has none.
    pub client_id: String,
    /// Whether it wants nothing of an older session.
    pub clean: bool,
    /// Seconds that it wants its session kept; 0 for not at all.
    pub life_s: u32,
    /// The name of its credential.
    pub name: Option<String>,
    /// The secret.
    pub secret: Option<Vec<u8>>,
    /// What it leaves to be said: topic and payload.
    pub will: Option<(String, Vec<u8>)>,
    /// Seconds after the end of its connection for which that is not to be said yet.
    pub will_delay_s: u32,
    /// The QoS of that.
    will_qos: Qos,
}

impl Connect {
    /// Why the standard has this CONNECT refused, whoever sends it.
    pub fn refusal(&self, version: Version) -> Option<Welcome<'static>> {
        match version {
            // MQTT 5, 3.2.2.3.4: we grant QoS 1 at most.
            Version::V5_0 => (self.will_qos == Qos::ExactlyOnce).then_some(Welcome::WillQos),
            // MQTT 3.1.1, 3.1.3.1: a session that is to be kept wants a name to be found by.
            _ => (self.client_id.is_empty() && !self.clean).then_some(Welcome::NoIdentifier),
        }
    }
}

impl From<Packet> for ClientPacket {
    fn from(packet: Packet) -> Self {
        macro_rules! connect {
            ($p:expr, $clean:expr, $life_s:expr, $will_delay_s:expr) => {
                Self::Connect(Box::new(Connect {
                    client_id: $p.client_id().to_owned(),
                    clean: $clean,
                    life_s: $life_s,
                    name: $p.user_name().map(Into::into),
                    secret: $p.password().map(Into::into),
                    will: $p.will_topic().map(|topic| (topic.to_owned(), $p.will_payload().unwrap_or_default().to_vec())),
                    will_delay_s: $will_delay_s,
                    will_qos: $p.will_qos(),
                }))
            };
        }
        macro_rules! publish {
            ($p:expr) => {
                Self::Publish {
                    topic: $p.topic_name().to_owned(),
                    payload: $p.payload().clone(),
                    packet_id: $p.packet_id(),
                    qos: $p.qos(),
                }
            };
        }
        macro_rules! subscribe {
            ($p:expr) => {
                Self::Subscribe {
                    packet_id: $p.packet_id(),
                    filters: $p.entries().iter().map(|entry| (entry.topic_filter().to_owned(), entry.sub_opts().qos())).collect(),
                }
            };
        }
        macro_rules! unsubscribe {
            ($p:expr) => {
                Self::Unsubscribe {
                    packet_id: $p.packet_id(),
                    filters: $p.entries().iter().map(|entry| entry.as_str().to_owned()).collect(),
                }
            };
        }
        match packet {
            // Version 3.1.1 knows no time: what is kept is kept as long as ours are.
            Packet::V3_1_1Connect(p) => connect!(p, p.clean_session(), if p.clean_session() { 0 } else { LONGEST_LIFE_S }, 0),
            Packet::V5_0Connect(p) => {
                connect!(p, p.clean_start(), expiry(p.props()).unwrap_or_default(), will_delay(p.will_props()))
            }
            Packet::V3_1_1Publish(p) => publish!(p),
            Packet::V5_0Publish(p) => publish!(p),
            Packet::V3_1_1Puback(p) => Self::Received { packet_id: p.packet_id() },
            Packet::V5_0Puback(p) => Self::Received { packet_id: p.packet_id() },
            Packet::V3_1_1Subscribe(p) => subscribe!(p),
            Packet::V5_0Subscribe(p) => subscribe!(p),
            Packet::V3_1_1Unsubscribe(p) => unsubscribe!(p),
            Packet::V5_0Unsubscribe(p) => unsubscribe!(p),
            Packet::V3_1_1Disconnect(_) => Self::Disconnect { with_will: false, life_s: None },
            Packet::V5_0Disconnect(p) => Self::Disconnect {
                with_will: !matches!(p.reason_code(), None | Some(DisconnectReasonCode::NormalDisconnection)),
                life_s: p.props().as_ref().and_then(|properties| expiry(properties)),
            },
            Packet::V5_0Auth(_) => Self::Auth,
            _ => Self::Other,
        }
    }
}

/// The session expiry among properties.
fn expiry(properties: &[Property]) -> Option<u32> {
    properties.iter().find_map(|property| match property {
        Property::SessionExpiryInterval(expiry) => Some(expiry.val()),
        _ => None,
    })
}

/// The delay among a will's properties.
fn will_delay(properties: &[Property]) -> u32 {
    let given = properties.iter().find_map(|property| match property {
        Property::WillDelayInterval(delay) => Some(delay.val()),
        _ => None,
    });
    given.unwrap_or_default()
}

/// What a CONNECT is answered.
pub enum Welcome<'a> {
    /// Its client is in.
    Accepted {
        /// Whether its session was kept.
        present: bool,
        /// The identifier that it was given, if it had none.
        assigned: Option<&'a str>,
        /// For how long its session is kept, where that is not what it asked for.
        life_s: Option<u32>,
    },
    /// No such credential.
    BadCredential,
    /// Not now.
    Busy,
    /// It wants a session kept and has no identifier (3.1.1).
    NoIdentifier,
    /// Its will has a QoS that is not offered (5).
    WillQos,
}

/// Answers a CONNECT.
pub fn connack(version: Version, welcome: &Welcome<'_>) -> Result<Packet, MqttError> {
    if version != Version::V5_0 {
        let (code, present) = match welcome {
            Welcome::Accepted { present, .. } => (ConnectReturnCode::Accepted, *present),
            Welcome::BadCredential => (ConnectReturnCode::BadUserNameOrPassword, false),
            Welcome::Busy | Welcome::WillQos => (ConnectReturnCode::ServerUnavailable, false),
            Welcome::NoIdentifier => (ConnectReturnCode::IdentifierRejected, false),
        };
        return Ok(v3::Connack::builder().session_present(present).return_code(code).build()?.into());
    }
    let Welcome::Accepted { present, assigned, life_s } = welcome else {
        let code = match welcome {
            Welcome::Busy => ConnectReasonCode::ServerBusy,
            Welcome::NoIdentifier => ConnectReasonCode::ClientIdentifierNotValid,
            Welcome::WillQos => ConnectReasonCode::QosNotSupported,
            _ => ConnectReasonCode::BadUserNameOrPassword,
        };
        return Ok(v5::Connack::builder().session_present(false).reason_code(code).build()?.into());
    };
    let mut properties: Vec<Property> = vec![
        ReceiveMaximum::new(RECEIVE_MAXIMUM)?.into(),
        MaximumQos::new(1)?.into(),
        TopicAliasMaximum::new(16)?.into(),
        RetainAvailable::new(1)?.into(),
        SharedSubscriptionAvailable::new(0)?.into(),
        SubscriptionIdentifierAvailable::new(0)?.into(),
    ];
    if let Some(id) = assigned {
        properties.push(AssignedClientIdentifier::new(*id)?.into());
    }
    if let Some(seconds) = life_s {
        properties.push(SessionExpiryInterval::new(*seconds)?.into());
    }
    let builder = v5::Connack::builder().session_present(*present).reason_code(ConnectReasonCode::Success);
    Ok(builder.props(properties).build()?.into())
}

/// A message to a client: with QoS 1 and a packet identifier, or with QoS 0.
pub fn publish(version: Version, packet_id: Option<u16>, topic: &str, payload: Vec<u8>) -> Result<Packet, MqttError> {
    macro_rules! build {
        ($builder:expr) => {{
            let builder = $builder.topic_name(topic)?.payload(payload);
            match packet_id {
                Some(id) => builder.qos(Qos::AtLeastOnce).packet_id(id).build()?.into(),
                None => builder.qos(Qos::AtMostOnce).build()?.into(),
            }
        }};
    }
    Ok(if version == Version::V5_0 { build!(v5::Publish::builder()) } else { build!(v3::Publish::builder()) })
}

/// Acknowledges a publish. Version 3.1.1 has no refusal.
pub fn puback(version: Version, packet_id: u16, reason: PubackReasonCode) -> Result<Packet, MqttError> {
    Ok(match version {
        Version::V5_0 => v5::Puback::builder().packet_id(packet_id).reason_code(reason).build()?.into(),
        _ => v3::Puback::builder().packet_id(packet_id).build()?.into(),
    })
}

/// Answers a subscription: each topic with the QoS that is granted, or refused.
pub fn suback(version: Version, packet_id: u16, granted: &[Option<Qos>]) -> Result<Packet, MqttError> {
    Ok(if version == Version::V5_0 {
        let code = |granted: &Option<Qos>| match granted {
            Some(Qos::AtMostOnce) => SubackReasonCode::GrantedQos0,
            Some(_) => SubackReasonCode::GrantedQos1,
            None => SubackReasonCode::NotAuthorized,
        };
        v5::Suback::builder().packet_id(packet_id).reason_codes(granted.iter().map(code).collect()).build()?.into()
    } else {
        let code = |granted: &Option<Qos>| match granted {
            Some(Qos::AtMostOnce) => SubackReturnCode::SuccessMaximumQos0,
            Some(_) => SubackReturnCode::SuccessMaximumQos1,
            None => SubackReturnCode::Failure,
        };
        v3::Suback::builder().packet_id(packet_id).return_codes(granted.iter().map(code).collect()).build()?.into()
    })
}

/// Answers an unsubscription.
pub fn unsuback(version: Version, packet_id: u16, count: usize) -> Result<Packet, MqttError> {
    Ok(if version == Version::V5_0 {
        v5::Unsuback::builder().packet_id(packet_id).reason_codes(vec![UnsubackReasonCode::Success; count]).build()?.into()
    } else {
        v3::Unsuback::builder().packet_id(packet_id).build()?.into()
    })
}

/// Gives the reason why the session ends, where the version has one: 3.1.1 just closes.
pub fn disconnect(version: Version, reason: DisconnectReasonCode) -> Result<Option<Packet>, MqttError> {
    if version != Version::V5_0 {
        return Ok(None);
    }
    Ok(Some(v5::Disconnect::builder().reason_code(reason).build()?.into()))
}

/// How long the packet at the start of `bytes` is in all; `None` until its header is whole, `Err` if it has none.
pub fn packet_length(bytes: &[u8]) -> Result<Option<usize>, ()> {
    if bytes.len() < 2 {
        return Ok(None);
    }
    match VariableByteInteger::decode_stream(&bytes[1..]) {
        DecodeResult::Ok(length, read) => Ok(Some(1 + read + length.to_u32() as usize)),
        DecodeResult::Incomplete => Ok(None),
        DecodeResult::Err(_) => Err(()),
    }
}

/// Where the body of a packet begins: behind its kind and the bytes of its length, of which the last alone has no high bit.
fn body_at(packet: &[u8]) -> Option<usize> {
    packet.iter().skip(1).position(|byte| byte & 0x80 == 0).map(|at| at + 2)
}

/// What a CONNECT with a protocol level that is not served is answered before its line is closed; `None` where the level is served or the
/// packet is not MQTT's. Clients go on from the answer: a bridge of Mosquitto begins with a level of its own and then takes the standard's.
pub fn level_refusal(packet: &[u8]) -> Option<&'static [u8]> {
    let (length, rest) = packet.get(body_at(packet)?..)?.split_first_chunk()?;
    let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    match (name, *rest.first()?) {
        (b"MQTT", 4 | 5) => None,
        (b"MQTT", 6..=0x7F) => Some(&[0x20, 3, 0, 0x84, 0]),
        (b"MQTT" | b"MQIsdp", _) => Some(&[0x20, 2, 0, 1]),
        _ => None,
    }
}

/// Makes a version 5 CONNECT's "topic alias maximum 0" a 1.
///
/// The protocol machine (mqtt-protocol-core 0.7.9) panics on the 0, which is legal and what many clients send. No alias is ever sent
/// to a client, so the other number means the same.
pub fn mend_alias_maximum(packet: &mut [u8]) {
    let Some(body) = body_at(packet).and_then(|start| packet.get_mut(start..)) else { return };
    if body.len() < 11 || body[6] != 5 {
        return;
    }
    let DecodeResult::Ok(length, read) = VariableByteInteger::decode_stream(&body[10..]) else { return };
    let (mut at, end) = (10 + read, 10 + read + length.to_u32() as usize);
    while at < end && end <= body.len() {
        let Ok((property, used)) = Property::parse(&body[at..end]) else { return };
        if matches!(&property, Property::TopicAliasMaximum(maximum) if maximum.val() == 0) {
            body[at + 2] = 1;
        }
        at += used;
    }
}
