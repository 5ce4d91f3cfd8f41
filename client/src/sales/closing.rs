//! Days and months that are closed, and settlement files of the payment gateway: requests to the server. A file is read on this device, and its rows are
//! sent some hundreds at a time; what was sent before is not taken twice.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::sales::settlement_file;
use crate::sales::settlement_file::ReadSettlement;
use protocol::core::problem::{Code, Problem};
use protocol::sales::closing::{CashDaysAsked, MonthAsked};
use protocol::sales::settlements::{ROWS_TOGETHER, SettlementPart, SettlementProgress, SettlementsAsked};
use protocol::ui::closing::SettlementUpload;
use protocol::ui::{AdminResponse, ClosingRequest, ClosingResponse};

impl Shared {
    /// Answers an admin's request about closing.
    pub(crate) async fn closing(&self, asked: ClosingRequest) -> Result<AdminResponse, Error> {
        use ClosingRequest as Request;
        use ClosingResponse as Response;
        let response = match asked {
            Request::CashDays(asked) => {
                Response::CashDays(self.get::<_, CashDaysAsked>("/admin/v1/money/cash-days", &asked).await?)
            }
            Request::CountCash(asked) => Response::CashDays(self.post("/admin/v1/money/cash-days/count", &asked).await?),
            Request::Months => Response::Months(self.get("/admin/v1/money/months", &()).await?),
            Request::Late(asked) => Response::Late(self.get::<_, MonthAsked>("/admin/v1/money/months/late", &asked).await?),
            Request::CloseMonth(asked) => Response::Months(self.post("/admin/v1/money/months/close", &asked).await?),
            Request::ReopenMonth(asked) => Response::Months(self.post("/admin/v1/money/months/reopen", &asked).await?),
            Request::Settlements(asked) => {
                Response::Settlements(self.get::<_, SettlementsAsked>("/admin/v1/settlements", &asked).await?)
            }
            Request::ReadFile(upload) => Response::Read(self.read_settlement(upload).await?.preview),
            Request::SendFile(upload) => Response::Sent(self.send_settlement(upload).await?),
            Request::DecideLine(asked) => Response::Line(Box::new(self.post("/admin/v1/settlements/decide", &asked).await?)),
            Request::AskLine(asked) => Response::Line(Box::new(self.post("/admin/v1/settlements/ask", &asked).await?)),
        };
        Ok(AdminResponse::Closing(Box::new(response)))
    }

    /// Reads a settlement file, off the async threads.
    async fn read_settlement(&self, upload: SettlementUpload) -> Result<ReadSettlement, Error> {
        let folder = self.data.clone();
        self.store.blocking(move |_| settlement_file::read(&folder, &upload)).await
    }

    /// Sends the rows of a settlement file, part after part, in the file's order.
    async fn send_settlement(&self, upload: SettlementUpload) -> Result<SettlementProgress, Error> {
        let name = upload.name.clone();
        let ReadSettlement { preview, rows } = self.read_settlement(upload).await?;
        let unreadable = || Error::from(Problem::new(Code::BadRequest, "settlement_rows: some rows of the file cannot be read"));
        if !preview.can_be_sent() {
            return Err(unreadable());
        }
        let mut progress = None;
        for lines in rows.chunks(ROWS_TOGETHER) {
            let part = SettlementPart {
                file: preview.file,
                name: name.clone(),
                rows: preview.rows,
                first_at: preview.first_at,
                last_at: preview.last_at,
                lines: lines.to_vec(),
            };
            progress = Some(self.post::<SettlementProgress>("/admin/v1/settlements", &part).await?);
        }
        progress.ok_or_else(unreadable)
    }
}
