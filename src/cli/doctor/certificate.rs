//! The certificate that senders see at `[server] public_url`: asked for as they do, with the authorities that they trust.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::tls::TlsInfo;
use rustls::CertificateError;

use super::finding::{CertificateProblem, CertificateState};
use super::{server, validity};
use hookbell_model::timestamp::Timestamp;

const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn look(public_url: Option<&str>) -> CertificateState {
    let Some(url) = public_url else { return CertificateState::NoPublicUrl };
    if !url.starts_with("https://") {
        return CertificateState::NotHttps;
    }
    let host = server::host(url);
    let client = reqwest::Client::builder().timeout(TIMEOUT).tls_info(true).redirect(reqwest::redirect::Policy::none());
    let Ok(client) = client.build() else { return CertificateState::Unreachable { host } };
    match client.get(url).send().await {
        // Whatever it answers: the certificate was accepted.
        Ok(answer) => {
            let info = answer.extensions().get::<TlsInfo>();
            match info.and_then(TlsInfo::peer_certificate).and_then(validity::end) {
                Some(end) => CertificateState::Valid { host, days: (end.secs() - Timestamp::now().secs()) / 86_400 },
                None => CertificateState::NoEnd { host },
            }
        }
        Err(error) => match problem(&error) {
            Some(why) => CertificateState::Refused { host, why },
            None => CertificateState::Unreachable { host },
        },
    }
}

/// Why the certificate is refused; none where something else went wrong.
fn problem(error: &(dyn Error + 'static)) -> Option<CertificateProblem> {
    let mut next = Some(error);
    while let Some(error) = next {
        // What an I/O error holds is not among its sources.
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = match held {
            Some(held) => held.downcast_ref::<rustls::Error>(),
            None => error.downcast_ref::<rustls::Error>(),
        };
        match tls {
            Some(rustls::Error::InvalidCertificate(error)) => return Some(of_certificate(error)),
            Some(_) => return None,
            None => next = held.map_or_else(|| error.source(), |held| Some(held as &(dyn Error + 'static))),
        }
    }
    None
}

fn of_certificate(error: &CertificateError) -> CertificateProblem {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => CertificateProblem::NotValidYet,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::OtherName
        }
        CertificateError::UnknownIssuer => CertificateProblem::UnknownIssuer,
        CertificateError::Revoked => CertificateProblem::Revoked,
        _ => CertificateProblem::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_certificate_is_told_from_a_broken_connection() {
        let refused = |why| io::Error::other(rustls::Error::InvalidCertificate(why));
        let nested = io::Error::other(refused(CertificateError::NotValidForName));
        assert_eq!(problem(&refused(CertificateError::Expired)), Some(CertificateProblem::Expired));
        assert_eq!(problem(&nested), Some(CertificateProblem::OtherName));
        assert_eq!(problem(&io::Error::from(io::ErrorKind::ConnectionRefused)), None);
        assert_eq!(problem(&io::Error::other(rustls::Error::HandshakeNotComplete)), None);
    }

    #[tokio::test]
    async fn without_an_https_url_nothing_is_asked() {
        assert_eq!(look(None).await, CertificateState::NoPublicUrl);
        assert_eq!(look(Some("http://hooks.example.com")).await, CertificateState::NotHttps);
    }
}
