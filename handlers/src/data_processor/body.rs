//! An object's content, handed from the network to a check that reads it.
//!
//! The network is async and the parsers are not, so the check runs on a thread of its own. A few
//! chunks may wait between the two; then the network waits. That, and not the object's size,
//! bounds the memory.

use std::io::{self, Read};
use std::panic::resume_unwind;

use aws_sdk_s3::primitives::ByteStream;
use bytes::{Buf, Bytes};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// How many chunks may wait for the check. The HTTP client's chunks are under half a MiB.
const CHUNKS_AHEAD: usize = 4;

/// Runs `work` on a thread while `body` arrives, and returns its result. What `work` doesn't want
/// to read is not fetched.
pub async fn read_on_thread<T: Send + 'static>(
    mut body: ByteStream,
    work: impl FnOnce(Chunks) -> T + Send + 'static,
) -> T {
    let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
    let work = spawn_blocking(|| work(Chunks { chunks, current: Bytes::new() }));
    while let Some(chunk) = body.next().await {
        if sender.send(chunk.map_err(io::Error::other)).await.is_err() {
            break;
        }
    }
    drop(sender);
    work.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// The content as a reader. It ends where the content ends, and also where the other side gave
/// up: then nobody is left to take the result.
#[derive(Debug)]
pub struct Chunks {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.chunks.blocking_recv() {
                Some(chunk) => self.current = chunk?,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_reader_sees_every_byte_and_no_end_in_an_empty_chunk() {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        for chunk in ["ab", "", "c"] {
            sender.send(Ok(Bytes::from(chunk))).await.unwrap();
        }
        sender.send(Err(io::Error::other("reset"))).await.unwrap();
        let mut reader = Chunks { chunks, current: Bytes::new() };
        let (seen, error) = spawn_blocking(move || {
            let mut seen = Vec::new();
            let error = reader.read_to_end(&mut seen).unwrap_err();
            (seen, error.to_string())
        })
        .await
        .unwrap();
        assert_eq!((seen, error), (b"abc".to_vec(), "reset".to_owned()));
    }

    #[tokio::test]
    async fn a_check_that_knows_enough_need_not_read_to_the_end() {
        let body = ByteStream::from_static(b"a long file");
        let first = read_on_thread(body, |mut reader| {
            let mut first = [0];
            reader.read_exact(&mut first).map(|()| first[0])
        });
        assert_eq!(first.await.unwrap(), b'a');
    }
}
