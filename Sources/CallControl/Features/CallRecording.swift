import MediaControl
package import PBXBase
import PBXModel
import SDPNegotiation

// Recording by a command: what both parties say is tapped from their packets and written to a stereo file, the caller
// left. The parties of a recording stay the same: when one of them is handed over, it ends.
extension CallTable {
    /// Recordings of one call; whoever needs more has a script that runs wild.
    package static let recordingsPerCallMax = 100

    /// Begins to record; returns the file.
    package mutating func startRecording(
        _ id: CallID, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> String {
        let (call, callee) = try bridged(id)
        guard call.recording == nil else { throw .wrongState("is being recorded already") }
        guard call.recordingCount < Self.recordingsPerCallMax else {
            throw .wrongState("was recorded \(call.recordingCount) times, which is the limit")
        }
        guard let folder = call.directory.media.recordingFolder else { throw .nowhereToRecord }
        guard let callerPort = call.caller.port, let calleePort = callee.port else {
            throw .wrongState("has no audio")
        }
        guard call.caller.local.fax == nil, callee.local.fax == nil else { throw .wrongState("is a fax") }
        call.recordingCount += 1
        // Without colons, which other systems do not take in names.
        let stamp = context.now.wall.rfc3339.prefix(19).filter { $0 != ":" }
        let path = "\(folder)/\(stamp)-\(id)-\(call.recordingCount).wav"
        let recording = newRecordingID()
        call.recording = (recording, path)
        callOfRecording[recording] = id
        call.addStep("recorded to \(path)")
        effects.append(.media(.record(Recording(id: recording, ports: [callerPort.id, calleePort.id], path: path))))
        effects.append(.changed(id, .updated))
        return path
    }

    /// Ends a recording.
    package func stopRecording(_ id: CallID, into effects: inout [CallEffect]) throws(CallRefusal) {
        guard let call = calls[id], call.state != .ended else { throw .noSuchCall }
        guard call.recording != nil else { throw .wrongState("is not being recorded") }
        endRecording(of: call, into: &effects)
    }

    /// Ends the recording of a call, if there is one.
    func endRecording(of call: Call, into effects: inout [CallEffect]) {
        guard let recording = call.recording, let worker = call.caller.port?.id.worker else { return }
        call.recording = nil
        effects.append(.media(.stopRecording(recording.id, worker: worker)))
        effects.append(.changed(call.id, .updated))
    }

    mutating func recordingEnded(_ id: RecordingID, _ end: RecordingEnd, into effects: inout [CallEffect]) {
        guard let callID = callOfRecording.removeValue(forKey: id) else { return }
        switch end {
        case .finished(_, let duration, let packetsDropped):
            let lost = packetsDropped == 0 ? "" : ", \(packetsDropped) packets missing as the disk was slow"
            let text = "recording complete, \(duration.seconds) s\(lost)"
            effects.append(.note(Note(packetsDropped == 0 ? .info : .warning, text, call: callID)))
        case .failed(let problem): effects.append(.note(Note(.error, problem, call: callID)))
        }
        guard let call = calls[callID], call.recording?.id == id else { return }
        call.recording = nil
        if call.state != .ended { effects.append(.changed(callID, .updated)) }
    }
}
