//! Packs of streets for the maps: PMTiles files that somebody imports on this device, and the tiles of them that a map shows. The formats are read
//! here and by nothing of others (adr/0064).

pub mod directory;
pub mod header;
pub mod pack;
mod schema;
pub mod shelf;
pub mod unread;
pub mod vector;

use crate::core::shared::Shared;
use crate::error::Error;
use crate::maps::shelf::Shelf;
use crate::queries::known::zones_by_name;
use domain::people::Role;
use protocol::core::problem::{Code, Problem};
use protocol::ui::Answer;
use protocol::ui::maps::{MapsRequest, MapsResponse};

impl Shared {
    /// Answers *Peta luring* and the maps.
    pub(crate) async fn maps(&self, asked: MapsRequest) -> Result<Answer, Error> {
        // Customers have no map.
        if self.session().user.is_none_or(|user| user.role == Role::Customer) {
            return Err(Problem::new(Code::Denied, "this role has no maps").into());
        }
        let (data, at) = (self.data.clone(), self.clock.now());
        let answered = self.store.blocking(move |store| {
            let shelf = Shelf::open(&data)?;
            let zones = || store.read_now(zones_by_name);
            Ok(match asked {
                MapsRequest::List => MapsResponse::Packs(shelf.list(&zones()?)?),
                MapsRequest::Bring(slice) => shelf.bring(&slice, at, &zones()?)?,
                MapsRequest::Cancel(pack) => {
                    shelf.cancel(pack)?;
                    MapsResponse::Done
                }
                MapsRequest::Remove(pack) => {
                    shelf.remove(pack)?;
                    MapsResponse::Packs(shelf.list(&zones()?)?)
                }
                MapsRequest::Tile(tile) => MapsResponse::Tile(shelf.tile(tile)?.map(Box::new)),
            })
        });
        Ok(Answer::Maps(Box::new(answered.await?)))
    }
}
