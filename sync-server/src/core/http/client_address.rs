//! From which address a request comes: the connection's own, or behind a proxy that the operator trusts the one that it names.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// Addresses in a header that are looked at, from the last one on: more proxies in a row there are none.
const HOPS: usize = 16;

/// Bytes of a header that are looked at.
const LONGEST: usize = 4_096;

/// A network: an address with the bits of it that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let same = |ours: u128, theirs: u128, width: u32| {
            let unused = width - u32::from(self.bits).min(width);
            ours.checked_shr(unused).unwrap_or(0) == theirs.checked_shr(unused).unwrap_or(0)
        };
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => same(ours.to_bits().into(), theirs.to_bits().into(), 32),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => same(ours.to_bits(), theirs.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let none = || format!("`{text}` is no address: write 10.0.0.7, 10.0.0.0/8 or fd00::/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| none())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), str::parse).map_err(|_| none())?;
        if bits > width { Err(none()) } else { Ok(Self { address: address.to_canonical(), bits }) }
    }
}

/// The proxies whose word about a client's address is taken: addresses and networks, `127.0.0.1,10.0.0.0/8`. None unless set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Notation", into = "String")]
pub struct TrustedProxies(Vec<Network>);

/// As it is written: in a file also as a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Notation {
    Line(String),
    List(Vec<String>),
}

impl TryFrom<Notation> for TrustedProxies {
    type Error = String;

    fn try_from(written: Notation) -> Result<Self, String> {
        match written {
            Notation::Line(line) => line.parse(),
            Notation::List(list) => list.join(",").parse(),
        }
    }
}

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl From<TrustedProxies> for String {
    fn from(proxies: TrustedProxies) -> Self {
        let networks = proxies.0.iter().map(|network| format!("{}/{}", network.address, network.bits));
        networks.collect::<Vec<_>>().join(",")
    }
}

impl TrustedProxies {
    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// From where a request comes.
    ///
    /// Headers count only where the connection is a trusted proxy's: anybody can send them. Each proxy appends the address that it was
    /// called from, so the last one that is no proxy of ours is the client's; what stands in front of it the client may have written.
    /// Where both headers are there and disagree, one of them is the client's own, and neither is taken.
    pub fn client(&self, connected: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let connected = connected.to_canonical();
        if !self.has(connected) {
            return ClientAddress::of(connected);
        }
        let named = |name: &str, read: fn(&str) -> Option<IpAddr>| -> Option<IpAddr> {
            let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
            (!lines.is_empty()).then(|| self.last_client(connected, &lines.join(","), read))
        };
        let found = match (named("x-forwarded-for", address), named("forwarded", forwarded)) {
            (Some(one), Some(other)) if one != other => connected,
            (Some(found), _) | (None, Some(found)) => found,
            (None, None) => connected,
        };
        ClientAddress::of(found)
    }

    /// The last address of a list that is no trusted proxy's; a proxy's, where nothing readable stands in front of it.
    fn last_client(&self, connected: IpAddr, list: &str, read: fn(&str) -> Option<IpAddr>) -> IpAddr {
        let start = list.len().saturating_sub(LONGEST);
        let mut last = connected;
        for part in list.get(start..).unwrap_or_default().rsplit(',').take(HOPS) {
            let Some(address) = read(part.trim()) else { return last };
            last = address;
            if !self.has(address) {
                return address;
            }
        }
        last
    }
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    found.map(|address: IpAddr| address.to_canonical())
}

/// The `for` of an element of `Forwarded` (RFC 7239).
fn forwarded(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    address(value.trim().trim_matches('"'))
}

/// Whom a limit counts as one: an address, and of IPv6 its /64, because a household has all of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// Whom an address counts as.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        })
    }

    /// As it is stored: four bytes, or the eight that count of IPv6.
    pub fn to_bytes(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(trusted: &str, connected: &str, headers: &[(&'static str, &str)]) -> ClientAddress {
        let trusted: TrustedProxies = trusted.parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        trusted.client(connected.parse().unwrap(), &map)
    }

    fn is(address: &str) -> ClientAddress {
        ClientAddress::of(address.parse().unwrap())
    }

    #[test]
    fn headers_count_only_from_a_trusted_proxy() {
        let named = [("x-forwarded-for", "192.0.2.9")];
        assert_eq!(seen("", "203.0.113.5", &named), is("203.0.113.5"), "none is trusted unless set");
        assert_eq!(seen("10.0.0.0/8", "203.0.113.5", &named), is("203.0.113.5"));
        assert_eq!(seen("10.0.0.0/8", "10.1.2.3", &named), is("192.0.2.9"));
        assert_eq!(seen("10.0.0.0/8", "::ffff:10.1.2.3", &named), is("192.0.2.9"), "IPv4 in IPv6 is IPv4");
        assert_eq!(seen("10.0.0.0/8", "10.1.2.3", &[]), is("10.1.2.3"));
    }

    #[test]
    fn what_a_client_writes_in_front_is_not_believed() {
        let trusted = "10.0.0.0/8";
        let last = |headers| seen(trusted, "10.0.0.1", headers);
        assert_eq!(last(&[("x-forwarded-for", "1.1.1.1, 192.0.2.9")]), is("192.0.2.9"));
        assert_eq!(last(&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.9, 10.0.0.2")]), is("192.0.2.9"));
        assert_eq!(last(&[("x-forwarded-for", "1.1.1.1, nonsense")]), is("10.0.0.1"), "not past what cannot be read");
        assert_eq!(last(&[("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=192.0.2.9")]), is("10.0.0.1"), "one of them lies");
        assert_eq!(last(&[("x-forwarded-for", "192.0.2.9"), ("forwarded", "for=192.0.2.9")]), is("192.0.2.9"));
        let long = format!("{}192.0.2.9", "1.1.1.1, ".repeat(5_000));
        assert_eq!(last(&[("x-forwarded-for", long.as_str())]), is("192.0.2.9"));
    }

    #[test]
    fn forwarded_is_read_in_every_form_of_its_standard() {
        let forms = [
            "for=192.0.2.9",
            "For=\"192.0.2.9:4711\";proto=https;by=10.0.0.1",
            "proto=http;FOR=192.0.2.9",
            "for=9.9.9.9, for=192.0.2.9",
        ];
        for form in forms {
            assert_eq!(seen("10.0.0.1", "10.0.0.1", &[("forwarded", form)]), is("192.0.2.9"), "{form}");
        }
        assert_eq!(seen("10.0.0.1", "10.0.0.1", &[("forwarded", "for=\"[2001:db8:1:2::9]:80\"")]), is("2001:db8:1:2::1"));
        assert_eq!(seen("10.0.0.1", "10.0.0.1", &[("forwarded", "for=unknown")]), is("10.0.0.1"));
    }

    #[test]
    fn of_ipv6_a_64_is_one_and_the_next_is_another() {
        assert_eq!(is("2001:db8:1:2::1"), is("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(is("2001:db8:1:2::1"), is("2001:db8:1:3::1"));
        assert_ne!(is("192.0.2.1"), is("192.0.2.2"));
        assert_eq!((is("192.0.2.1").to_bytes().len(), is("2001:db8::1").to_bytes().len()), (4, 8));
    }

    #[test]
    fn a_list_of_proxies_is_read_or_refused() {
        for bad in ["10.0.0.0/33", "proxy.local", "10.0.0.1/x", "::/129"] {
            assert!(bad.parse::<TrustedProxies>().is_err(), "{bad}");
        }
        let all: TrustedProxies = " 127.0.0.1, ::1 ,fd00::/8, 0.0.0.0/0 ".parse().unwrap();
        assert!(
            all.has("8.8.8.8".parse().unwrap()) && all.has("fd12::1".parse().unwrap()) && !all.has("fe80::1".parse().unwrap())
        );
    }
}
