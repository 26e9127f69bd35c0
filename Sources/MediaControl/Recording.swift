package import PBXBase

/// One recording; chosen by signalling, named in its events.
package struct RecordingID: Hashable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }
}

/// What is written to a file: what one or two peers say, tapped from their packets without touching them.
package struct Recording: Hashable, Sendable {
    package enum Layout: Hashable, Sendable {
        /// The first port's peer left, the second's right.
        case stereo
        case mono
    }

    package var id: RecordingID
    /// One or two ports of one worker, or one port whose whole room is meant (`isRoom`).
    package var ports: [MediaPortID]
    package var isRoom: Bool
    /// WAV file to be made; an existing file is an error.
    package var path: String
    package var layout: Layout
    /// Stops by itself after this long.
    package var durationMax: Interval?

    package init(
        id: RecordingID, ports: [MediaPortID], isRoom: Bool = false, path: String, layout: Layout = .stereo,
        durationMax: Interval? = nil
    ) {
        self.id = id
        self.ports = ports
        self.isRoom = isRoom
        self.path = path
        self.layout = layout
        self.durationMax = durationMax
    }
}

package enum RecordingEnd: Hashable, Sendable {
    /// The file is complete. `packetsDropped`: those that found no room when the disk was slow; they are silence.
    case finished(bytes: UInt64, duration: Interval, packetsDropped: Int)
    /// What is wrong, in words; the file holds what was written before.
    case failed(String)
}
