import MediaControl
import PBXBase

/// Everything of one worker that makes sound, and the memory in which it is made. Changed by commands; beats only walk
/// it.
struct SoundTables: ~Copyable {
    var clock = AudioClock()
    var rooms: [UnsafeMutablePointer<Room>] = []
    var music: [UnsafeMutablePointer<MusicClass>] = []
    /// Ports that act by themselves: a player or digits, and no room or music that would drive them.
    var solo: [UnsafeMutablePointer<PortAudio>] = []
    var recordings: [ActiveRecording] = []
    /// Calls with a fax machine that speaks packets at one end and one that speaks sound at the other.
    var faxes: [UnsafeMutablePointer<FaxLine>] = []
    private(set) var portCount = 0
    private var roomsMade = 0

    /// The sum of a room's voices.
    let sum: UnsafeMutableBufferPointer<Int32>
    /// What everybody hears who says nothing.
    let everything: UnsafeMutableBufferPointer<Int16>
    /// One step of whatever is at hand.
    let frame: UnsafeMutableBufferPointer<Int16>
    /// Who in the present room speaks to one party alone.
    var whisperers: [UnsafeMutablePointer<PortAudio>] = []

    init() {
        sum = .allocate(capacity: Room.stepSamplesMax)
        sum.initialize(repeating: 0)
        everything = .allocate(capacity: Room.stepSamplesMax)
        everything.initialize(repeating: 0)
        frame = .allocate(capacity: Room.stepSamplesMax)
        frame.initialize(repeating: 0)
        whisperers.reserveCapacity(Room.seatsMax)
    }

    deinit {
        sum.deallocate()
        everything.deallocate()
        frame.deallocate()
        for room in rooms { Self.destroy(room) }
        for music in music { Self.destroy(music) }
        for fax in faxes { FaxLine.destroy(fax) }
    }

    /// Something has to be made on every beat.
    var isActive: Bool {
        if !solo.isEmpty || !faxes.isEmpty { return true }
        for room in rooms where !room.pointee.isEmpty { return true }
        for music in music where music.pointee.listenerCount > 0 { return true }
        return false
    }

    mutating func makeAudio(for session: UnsafeMutablePointer<Session>) -> UnsafeMutablePointer<PortAudio> {
        let audio = UnsafeMutablePointer<PortAudio>.allocate(capacity: 1)
        audio.initialize(to: PortAudio(session: session))
        portCount += 1
        // Joining the list must not allocate: it happens when digits come, too.
        if solo.capacity < portCount { solo.reserveCapacity(2 * portCount) }
        return audio
    }

    mutating func discard(_ audio: UnsafeMutablePointer<PortAudio>) {
        removeSolo(audio)
        audio.deinitialize(count: 1)
        audio.deallocate()
        portCount -= 1
    }

    mutating func addSolo(_ audio: UnsafeMutablePointer<PortAudio>) {
        guard audio.pointee.soloIndex == nil else { return }
        audio.pointee.soloIndex = solo.count
        solo.append(audio)
    }

    mutating func removeSolo(_ audio: UnsafeMutablePointer<PortAudio>) {
        guard let hole = audio.pointee.soloIndex else { return }
        audio.pointee.soloIndex = nil
        guard let last = solo.popLast(), last != audio else { return }
        solo[hole] = last
        last.pointee.soloIndex = hole
    }

    func room(_ id: MediaRoomID) -> UnsafeMutablePointer<Room>? {
        for room in rooms where room.pointee.id == id { return room }
        return nil
    }

    mutating func makeRoom(_ id: MediaRoomID) -> UnsafeMutablePointer<Room> {
        if let room = room(id) { return room }
        let room = UnsafeMutablePointer<Room>.allocate(capacity: 1)
        room.initialize(to: Room(id: id, phase: roomsMade & 1))
        roomsMade += 1
        rooms.append(room)
        return room
    }

    mutating func remove(_ room: UnsafeMutablePointer<Room>) {
        rooms.removeAll { $0 == room }
        Self.destroy(room)
    }

    mutating func musicClass(_ id: MusicID) -> UnsafeMutablePointer<MusicClass> {
        for music in music where music.pointee.id == id { return music }
        let made = UnsafeMutablePointer<MusicClass>.allocate(capacity: 1)
        made.initialize(to: MusicClass(id: id))
        music.append(made)
        return made
    }

    private static func destroy(_ room: UnsafeMutablePointer<Room>) {
        for packet in room.pointee.shared { destroy(packet) }
        room.pointee.player?.feed.stop()
        room.deinitialize(count: 1)
        room.deallocate()
    }

    private static func destroy(_ music: UnsafeMutablePointer<MusicClass>) {
        for packet in music.pointee.groups { destroy(packet) }
        music.pointee.feed?.stop()
        music.deinitialize(count: 1)
        music.deallocate()
    }

    static func destroy(_ packet: UnsafeMutablePointer<SharedPacket>) {
        packet.deinitialize(count: 1)
        packet.deallocate()
    }
}
