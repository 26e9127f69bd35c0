/// A call of the phone, as its user counts them: 1, 2, … never used twice.
package struct LineNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var value: Int

    package init(_ value: Int) { self.value = value }

    package static func < (left: LineNumber, right: LineNumber) -> Bool { left.value < right.value }
    package var description: String { "#\(value)" }
}

/// How digits are said to the peer.
package enum DigitWay: Hashable, Sendable {
    /// As telephone-events (RFC 4733), or as sound where the peer takes none.
    case media
    /// As INFO with `application/dtmf-relay`, for servers that listen to nothing else.
    case info
}

/// What the user wants. Nil for a line means the current one: the last that was placed, answered or resumed.
package enum PhoneCommand: Hashable, Sendable {
    /// Registers every account that is to be registered.
    case register
    /// Calls a number or a SIP URI; `account` is its place among the phone's, nil the first.
    case call(String, account: Int?)
    case redial
    case answer(LineNumber?)
    /// Refuses an incoming call with 486 (busy).
    case decline(LineNumber?)
    case hangUp(LineNumber?)
    case hangUpAll
    case hold(LineNumber?)
    case resume(LineNumber?)
    case digits(String, DigitWay, LineNumber?)
    /// Sends the peer on to a number or URI without asking there.
    case transfer(LineNumber?, to: String)
    /// Connects the peers of two lines with each other and leaves.
    case connect(LineNumber, LineNumber)
    /// Brings lines together into one conference, mixed here.
    case join([LineNumber])
    /// Takes the lines of the conference apart again; all but the current one are held.
    case split
    /// Plays a file to the peer in place of the microphone.
    case play(String, LineNumber?)
    case stopPlaying(LineNumber?)
    /// Writes what the peer says to a WAV file.
    case record(String, LineNumber?)
    case stopRecording(LineNumber?)
    /// The microphone, or the file in its place.
    case mute(Bool)
    case muteSpeaker(Bool)
    case volume(SoundSide, VolumeChange)
    /// Whether `PhoneEvent.levels` is told while a call is up.
    case levels(Bool)
    /// Shows a lamp of a number or address: what its phone is doing, as its server tells.
    case watch(String, account: Int?)
    case unwatch(String)
    /// What is asked for of every line is told again.
    case listLines
    /// Ends all calls and takes the registrations back; `stopped` follows.
    case stop
}
