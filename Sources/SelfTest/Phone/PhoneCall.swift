import AudioDSP
import MediaControl
import NIOCore
import PBXBase
import SDPNegotiation

/// The one call of a phone of the self-test: its session description and what is said and heard.
struct PhoneCall {
    /// What the phones speak: G.711, which every phone has, and digits apart from it.
    static let formats = [
        MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000),
        MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000),
        MediaFormat(payloadType: 101, name: "telephone-event", clockRate: 8_000, parameters: "0-16"),
    ]

    var leg: LegID?
    var local: LocalSession?
    /// The INVITE's offer, until it is answered.
    var offer: MediaDescription?
    var isHangingUp = false
    /// The caller's number as a display would show it.
    var callerShown: String?
    var source: AudioSource?
    var sink: AudioSink?
    /// Where audio goes: what the server's session description names.
    var audioTarget: Endpoint?
    /// Why audio could not be sent, as the system said.
    var sendProblem: String?
    var pace: RepeatedTask?
    /// What is to be heard before `toneHeard` and `digitsHeard` are reached.
    var tonePacketsAwaited = Int.max
    var digitsAwaited = Int.max
}

/// How a phone's end of the call went, for the report.
struct PhoneHearing: Sendable {
    var departures: [UInt32: Instant]
    var arrivals: [AudioSink.Arrival]
    var digits: String
    var packetsSent: Int
    var audioTarget: Endpoint?
    var sendProblem: String?
}
