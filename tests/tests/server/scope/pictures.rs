//! The door of pictures: whoever may hold a row that names one is given it, and nobody else is, whatever has moved since.

use super::{Case, count};
use domain::field::field_record::Explanation;
use domain::{BlobId, ManualReadingId, Millilitres};
use protocol::field::blob::BlobState;
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use tests::field::attached;
use tests::ops::op;
use uuid::Uuid;

impl Case<'_> {
    /// An admin reads a meter, with a picture of its own.
    pub async fn photograph(&mut self, meter: usize) {
        let reading = ManualReadingId(Uuid::now_v7());
        let mut bytes = vec![0xff, 0xd8, 0xff];
        bytes.extend(reading.0.as_bytes());
        let photo: BlobId = attached(&bytes);
        let request = self.http.put(format!("{}/blobs/v1/{photo}", self.running.url())).bearer_auth(&self.town.people[0].token);
        let range = format!("bytes 0-{}/{}", bytes.len() - 1, bytes.len());
        let answer = request.header("content-range", range).body(bytes).send().await.expect("an answer");
        assert!(answer.json::<BlobState>().await.expect("how far it is").whole);
        let (at, id) = (self.town.tick(), self.town.meters[meter].id);
        let register = Millilitres::litres(at.0 / 60_000 % 1_000_000 / 1_000);
        let command =
            Operation::RecordReading { reading, meter: id, at, register, photo: Some(photo), explained: Explanation::default() };
        self.push(vec![op(Uuid::now_v7(), 1, None, &command)]).await;
        self.running.server.app.store.writer.publish(false).await.expect("published");
        self.town.readings.insert(reading.to_string(), (id, photo));
    }

    /// Knocks for every picture there is.
    pub async fn ask_for_pictures(&self, who: usize) {
        let mine = self.town.buckets(who);
        for (reading, (_, photo)) in &self.town.readings {
            let is_mine = mine.iter().any(|bucket| self.town.may_come(bucket, Entity::ManualReading, reading) == Some(true));
            let (status, _) = self.get(who, &format!("/blobs/v1/{photo}")).await;
            assert_eq!(status, if is_mine { 200 } else { 404 }, "a picture for {:?}", self.town.people[who].role);
            count(if is_mine { &self.counts.pictures } else { &self.counts.refused });
        }
    }
}
