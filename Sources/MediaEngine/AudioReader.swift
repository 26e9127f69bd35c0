import MediaControl
import PBXBase

/// Keeps the feeds of all players filled; the body of the reader's thread.
///
/// `@unchecked Sendable`: `inbox` is safe by itself, `playlists` belongs to the thread that calls `pump`.
final class AudioReader: @unchecked Sendable {
    private let inbox = Inbox<AudioFeed>()
    private var playlists: [PlaylistReader] = []

    /// From the core's thread.
    func add(_ feed: AudioFeed) { inbox.add(feed) }

    /// Fills every feed that has room; true while there are any.
    func pump() -> Bool {
        playlists += inbox.takeAll().map { PlaylistReader($0) }
        playlists.removeAll { $0.feed.isStopped }
        for playlist in playlists { playlist.fill() }
        return !playlists.isEmpty
    }
}
