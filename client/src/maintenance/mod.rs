//! Schedules, holidays of work, leave, spare parts and calendars: requests of admins to the server. And the calendar of work, which this device has itself.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use protocol::maintenance::feeds::CalendarFeeds;
use protocol::maintenance::holidays::HolidaysAsked;
use protocol::ui::{AdminResponse, Answer, MaintenanceRequest, MaintenanceResponse, WorkCalendarQuery};

impl Shared {
    /// Answers an admin's request about maintenance.
    pub(crate) async fn maintenance(&self, asked: MaintenanceRequest) -> Result<AdminResponse, Error> {
        use MaintenanceRequest as Request;
        use MaintenanceResponse as Response;
        let response = match asked {
            Request::Schedules => Response::Schedules(self.get("/admin/v1/schedules", &()).await?),
            Request::ChangeSchedule(asked) => Response::Schedules(self.post("/admin/v1/schedules/change", &asked).await?),
            Request::PreviewSchedule(asked) => Response::Preview(self.post("/admin/v1/schedules/preview", &asked).await?),
            Request::Holidays(asked) => Response::Holidays(self.get::<_, HolidaysAsked>("/admin/v1/holidays", &asked).await?),
            Request::SetHoliday(asked) => Response::Holidays(self.post("/admin/v1/holidays", &asked).await?),
            Request::Leave => Response::Leave(self.get("/admin/v1/work-leave", &()).await?),
            Request::ChangeLeave(asked) => Response::Leave(self.post("/admin/v1/work-leave", &asked).await?),
            Request::Parts => Response::Parts(self.get("/admin/v1/parts", &()).await?),
            Request::ChangeParts(asked) => Response::Parts(self.post("/admin/v1/parts", &asked).await?),
            Request::Feeds => Response::Feeds(self.get("/admin/v1/calendar-feeds", &()).await?),
            Request::ChangeFeed(asked) => {
                let found = self.post("/admin/v1/calendar-feeds/change", &asked).await?;
                Response::Feeds(self.with_address(found))
            }
        };
        Ok(AdminResponse::Maintenance(Box::new(response)))
    }

    /// Answers the calendar of work.
    pub(crate) async fn work_calendar(&self, asked: WorkCalendarQuery) -> Result<Answer, Error> {
        let found = self.store.read(move |db| queries::work_calendar(db, asked)).await?;
        Ok(Answer::WorkCalendar(Box::new(found)))
    }

    /// Addresses, with the server's own in front of the one that was made.
    fn with_address(&self, found: CalendarFeeds) -> CalendarFeeds {
        let CalendarFeeds { feeds, made } = found;
        let made = made.map(|mut made| {
            made.path.insert_str(0, self.transport.base());
            made
        });
        CalendarFeeds { feeds, made }
    }
}
