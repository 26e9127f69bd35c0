import MediaControl
import PBXBase
import PBXModel

/// A fax machine at the end of a call: it receives for a fax box, or sends in its name once the called machine has
/// answered. It asks for fax packets as soon as it has heard the other machine, and goes on with sound when refused.
struct FaxMachine: CallApplication {
    let job: FaxJob

    var name: String { "fax box \(job.box)" }
    var needsPlainSound: Bool { true }

    func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction]) {
        switch input {
        case .began: actions.append(.answer)
        case .answered: actions.append(.fax(job))
        // Who sends leaves it to the machine that was called (T.38 Annex D.2.2.1).
        case .faxProgressed(.machineHeard): if !job.isCalling { actions.append(.askForFaxPackets) }
        case .faxEnded: actions.append(.release(.normal))
        case .faxProgressed(.pages), .digitReceived, .playbackEnded, .settingsChanged: break
        }
    }
}

extension FaxJob {
    /// A fax that comes: its pages become a file of its own in the box's folder.
    init(receivedBy box: FaxBox, _ call: CallID, at time: WallTime) {
        // To the second and without colons, which other systems do not take in names.
        let stamp = time.rfc3339.prefix(19).filter { $0 != ":" }
        self.init(
            box: box.number, document: .receive(path: "\(box.folder)/\(stamp)-\(call).tif"), isCalling: false,
            stationIdentity: box.stationIdentity, pageHeader: "")
    }

    /// A fax that goes out in the name of a box.
    init(sending path: String, from box: FaxBox) {
        self.init(
            box: box.number, document: .send(path: path), isCalling: true, stationIdentity: box.stationIdentity,
            pageHeader: box.displayName)
    }
}

/// What a fax machine is to do in a call.
package struct FaxJob: Hashable, Sendable {
    /// Of the fax box.
    var box: String
    var document: FaxTransmission.Document
    var isCalling: Bool
    var stationIdentity: String
    var pageHeader: String
}
