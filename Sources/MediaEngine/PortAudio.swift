import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// The sound of one port: what a port needs beyond passing packets on. A block of its own, so that a forwarded call,
/// the usual case, does without; made when a plan or command first asks for it.
struct PortAudio: ~Copyable {
    let session: UnsafeMutablePointer<Session>
    /// Acts on even or odd beats, so that ports do not all send at once.
    let phase: Int

    // The plan.
    var sending: SendingFormat?
    var reportsDigits = false
    var seat: RoomSeat?
    var room: UnsafeMutablePointer<Room>?
    var music: UnsafeMutablePointer<MusicClass>?
    /// The peer is a fax machine at one end of a gateway.
    var fax: UnsafeMutablePointer<FaxLine>?

    // From the peer.
    var receiver: SoundReceiver?
    var keys = DigitReceiver()
    var keyDetector: ToneKeyDetector?
    var firstTap: UnsafeMutablePointer<Tap>?

    // To the peer.
    var packetizer: Packetizer?
    var player: Player?
    /// Reports of our own, from the first moment at which the peer's streams end here.
    var rtcp: RTCPSession?
    var digits = DigitOutput()
    /// Place in the worker's list of ports that act by themselves; nil when not in it.
    var soloIndex: Int?

    // One step of a mix.
    /// What the party says, at the room's rate.
    let said: UnsafeMutableBufferPointer<Int16>
    /// `said` is part of the mix of all.
    var isInMix = false
    /// `said` is for one party alone.
    var isWhispering = false
    /// For so long there has been nothing to hear, and no sound was sent (RFC 3389).
    var quietMilliseconds = 0
    var gate = SpeechGate()
    var speech: SpeechWatch?
    var speakingGain = Gain(tenthsOfDecibel: 0)
    var hearingGain = Gain(tenthsOfDecibel: 0)
    var levelling: GainControl?

    init(session: UnsafeMutablePointer<Session>) {
        self.session = session
        phase = Int(session.pointee.slot) & 1
        said = .allocate(capacity: Room.stepSamplesMax)
        said.initialize(repeating: 0)
    }

    deinit { said.deallocate() }

    /// The best sound that the party can use, in Hz.
    var soundRate: Int { sending?.codec.sampleRate ?? heardRate }
    /// What the peer's first codec holds, in Hz.
    var heardRate: Int { session.pointee.formats.firstCodec?.sampleRate ?? 8_000 }

    /// The peer hears what is made here instead of what another port forwards.
    var isOccupied: Bool { room != nil || music != nil || player != nil || digits.isActive || fax != nil }

    /// Nothing that a plan or command asked for is left.
    var isIdle: Bool { !isOccupied && !reportsDigits && firstTap == nil }
}
