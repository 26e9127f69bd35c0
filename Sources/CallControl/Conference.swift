import MediaControl
import PBXBase
import PBXModel

/// A conference room while somebody is in it. All its parties are on one media worker.
struct Conference {
    let room: MediaRoomID
    let worker: UInt8
    /// In the order in which they came.
    var members: [CallID] = []
    /// Callers on their way in: whoever comes first says on which worker all of them meet.
    var expected: Set<CallID> = []

    var partyCount: Int { members.count + expected.count }
}

// Who is in which conference, and what the others hear of coming and going.
extension CallTable {
    /// How long the tone is that tells of somebody coming; of somebody leaving it comes twice.
    private static let noticeLength = Interval.milliseconds(150)

    /// A caller is about to enter; false when there is no room for another.
    mutating func expect(_ call: Call, in number: String) -> Bool {
        guard let worker = call.caller.port?.id.worker else { return false }
        var conference = conferences[number] ?? Conference(room: newRoomID(), worker: worker)
        guard conference.partyCount < call.directory.conferences[number]?.partiesMax ?? 0 else { return false }
        conference.expected.insert(call.id)
        conferences[number] = conference
        call.conference = number
        return true
    }

    mutating func enter(_ number: String, _ call: Call, into effects: inout [CallEffect]) {
        guard call.conference == number, var conference = conferences[number],
            conference.expected.remove(call.id) != nil
        else { return }
        conference.members.append(call.id)
        conferences[number] = conference
        // Who was alone heard music until now.
        let hasCompany = conference.members.count > 1
        for id in conference.members.count == 2 ? conference.members : [call.id] {
            guard let member = calls[id] else { continue }
            member.applicationMedia = .room(conference.room, hasCompany: hasCompany)
            if let plan = assignment(of: member) { effects.append(.media(.apply([plan]))) }
        }
        if hasCompany { notify(conference, [beep], into: &effects) }
    }

    mutating func leaveConference(_ call: Call, into effects: inout [CallEffect]) {
        guard let number = call.conference, var conference = conferences[number] else { return }
        call.conference = nil
        if conference.expected.remove(call.id) != nil {
            conferences[number] = conference.partyCount == 0 ? nil : conference
            return
        }
        conference.members.removeAll { $0 == call.id }
        conferences[number] = conference.partyCount == 0 ? nil : conference
        if let last = conference.members.first, conference.members.count == 1, let member = calls[last] {
            member.applicationMedia = .room(conference.room, hasCompany: false)
            if let plan = assignment(of: member) { effects.append(.media(.apply([plan]))) }
        }
        if conference.members.count > 1 {
            notify(conference, [beep, .silence(Self.noticeLength), beep], into: &effects)
        }
    }

    private var beep: AudioItem { .tone(.beep, country: "", atMost: Self.noticeLength) }

    private mutating func notify(
        _ conference: Conference, _ items: [AudioItem], into effects: inout [CallEffect]
    ) {
        let playback = Playback(id: newPlaybackID(), items: items)
        effects.append(.media(.play(playback, .room(conference.room, worker: conference.worker))))
    }
}
