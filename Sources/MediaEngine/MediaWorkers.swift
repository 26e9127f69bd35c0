import CLinuxNet
import Glibc
package import MediaControl
import MediaSecurity
package import PBXBase

/// The media plane as the core sees it: commands in, events out, packets never. Confined to the core's thread; the
/// workers behind it run on their own.
package final class MediaWorkers {
    /// Commands that may wait for a worker beyond its ring. Releases are taken even beyond this: there cannot be more
    /// of them than ports.
    package static let backlogMax = 65_536

    /// How long a command that wakes no worker may wait: `wakePatientWorkers`.
    package static let patienceMax = Interval.milliseconds(500)

    /// What the rest of the program may need: signalling connections, files, control clients.
    static let descriptorsOfOthers = 1_024

    /// Readable end of the pipe that gets a byte when events wait in a ring that was empty. Non-blocking. Whoever owns
    /// it reads and throws away the bytes, then calls `drainEvents`; it sees end of file after `stop`. Closing it is
    /// the owner's.
    package let eventDescriptor: Int32

    private let settings: MediaEngineSettings
    private let eventPipe: Int32
    private var channels: [WorkerChannel] = []
    private var threads: [WorkerThreadBox] = []
    /// Per worker, what found its ring full; sent when it has room, in order.
    private var backlogs: [[WorkerOrder]] = []
    /// Per worker, whether its events do not wake the core at the moment.
    private var isAttending: [Bool] = []
    /// Ports that were given a plan since they were leased.
    private var plannedPorts: Set<MediaPortID> = []
    /// Commands were sent that wake no worker.
    package private(set) var hasPatientCommands = false
    private var files: MediaFiles?
    private let identity = try? DTLSIdentity()
    /// What the files' threads report.
    private let fileEvents: EventRing
    private var isRunning = false

    package init(settings: MediaEngineSettings) throws(MediaEngineError) {
        if let problem = settings.problem { throw .invalidSettings(problem) }
        self.settings = settings
        var ends: [Int32] = [0, 0]
        let result = pbx_linuxnet_pipe(&ends)
        guard result == 0 else { throw .systemCall("pipe2", errno: -result) }
        eventDescriptor = ends[0]
        eventPipe = ends[1]
        fileEvents = EventRing(capacity: settings.eventsMax, eventPipe: ends[1])
    }

    deinit { stop() }

    /// What SDP says of our certificate; nil when there is none, and DTLS cannot be offered.
    package var fingerprint: CertificateFingerprint? { identity?.fingerprint }

    /// Raises the limit of open files as far as it goes and starts the workers. Call once.
    package func start() throws(MediaEngineError) -> MediaEngineReport {
        precondition(!isRunning && channels.isEmpty, "the media engine is started once")
        let limit = pbx_linuxnet_raise_descriptor_limit()
        let report = MediaEngineReport(
            workers: settings.workers, descriptorLimit: limit == 0 ? nil : Int(clamping: limit),
            descriptorsNeeded: 2 * settings.portPairsMax + Self.descriptorsOfOthers)
        pbx_linuxnet_reserve_descriptors(Int32(clamping: min(report.descriptorsNeeded, report.descriptorLimit ?? .max)))
        isRunning = true
        let fileEvents = fileEvents
        let files = try MediaFiles { event in fileEvents.report(event) }
        try files.start()
        self.files = files
        for index in 0..<settings.workers {
            do {
                try startWorker(UInt8(index))
            } catch {
                stop()
                throw error
            }
        }
        return report
    }

    /// Hands a command to the worker of its ports. False when that worker has stopped taking commands altogether and
    /// `backlogMax` are waiting; a release is never refused.
    ///
    /// With `attending` two wake-ups are saved where they can be: events of that worker do not wake the core until
    /// `stopAttending`, and commands that can wait do not wake the worker until `wakePatientWorkers`. The sender
    /// promises to call both.
    package func send(_ command: MediaCommand, attending: Bool = false) -> Bool {
        guard let worker = command.worker else { return true }
        precondition(Int(worker) < channels.count, "port of a worker that does not exist")
        let index = Int(worker)
        if attending, !isAttending[index] {
            isAttending[index] = true
            channels[index].attend()
        }
        let isPatient = attending && isPatient(command)
        if isPatient { hasPatientCommands = true }
        let order = files?.order(for: command) ?? .command(command)
        if backlogs[index].isEmpty, channels[index].send(order, waking: !isPatient) { return true }
        guard backlogs[index].count < Self.backlogMax || order.isRelease else { return false }
        backlogs[index].append(order)
        return true
    }

    /// Sees to it that a worker which sleeps takes the commands that woke nobody. To be called within
    /// `patienceMax` after `hasPatientCommands` has become true.
    package func wakePatientWorkers() {
        guard hasPatientCommands else { return }
        hasPatientCommands = false
        for channel in channels { channel.wakeWorker() }
    }

    /// The first plan of a port that only passes packets on has no effect before the first packet, which wakes the
    /// worker; and the worker takes commands before packets. All that must not wait for long is the watch for silence.
    private func isPatient(_ command: MediaCommand) -> Bool {
        switch command {
        case .apply(let assignments):
            var isPatient = true
            for assignment in assignments {
                let isFirst = plannedPorts.insert(assignment.port).inserted
                if !isFirst || !assignment.plan.onlyPassesOn { isPatient = false }
            }
            return isPatient
        case .release(let ports):
            for port in ports { plannedPorts.remove(port) }
            return false
        default: return false
        }
    }

    /// Appends everything that the workers have reported, each worker's events in order.
    package func drainEvents(into events: inout [MediaEvent]) {
        for index in channels.indices {
            while let event = channels[index].events.pop() { events.append(event) }
            if !backlogs[index].isEmpty { sendBacklog(of: index) }
        }
        while let event = fileEvents.pop() { events.append(event) }
    }

    /// To be called before the core waits for anything, if it sent commands with `attending`. True when events came in
    /// meanwhile that woke nobody: drain them.
    package func stopAttending() -> Bool {
        var hasEvents = false
        for index in channels.indices where isAttending[index] {
            isAttending[index] = false
            if channels[index].stopAttending() { hasEvents = true }
        }
        return hasEvents
    }

    /// Stops the workers, waits for them and closes their sockets. Harmless when repeated.
    package func stop() {
        guard isRunning else { return }
        isRunning = false
        for channel in channels { channel.stop() }
        for thread in threads { thread.join() }
        threads = []
        files?.stop()
        files = nil
        _ = close(eventPipe)
    }

    private func sendBacklog(of index: Int) {
        var sent = 0
        while sent < backlogs[index].count, channels[index].send(backlogs[index][sent]) { sent += 1 }
        backlogs[index].removeFirst(sent)
    }

    private func startWorker(_ index: UInt8) throws(MediaEngineError) {
        let channel = try WorkerChannel(
            commandsMax: settings.commandsMax, eventsMax: settings.eventsMax, eventPipe: eventPipe)
        // Opened here rather than on the thread, so that failure reaches the caller.
        let io = try SyscallIO.open(
            wakeDescriptor: channel.wakeDescriptor, dscp: settings.dscp,
            receiveBufferBytes: settings.receiveBufferBytes)
        let worker = WorkerBox(
            MediaWorker(index: index, settings: settings, channel: channel, io: io, identity: identity))
        channels.append(channel)
        backlogs.append([])
        isAttending.append(false)
        threads.append(WorkerThreadBox(try WorkerThread(name: "media-\(index)") { worker.run() }))
    }
}

/// Carries a worker, which cannot be copied, over to its thread.
///
/// `@unchecked Sendable`: made by the core thread, handed to one worker thread before that starts, and never touched by
/// the core thread again.
private final class WorkerBox: @unchecked Sendable {
    private var worker: MediaWorker<SyscallIO>

    init(_ worker: consuming MediaWorker<SyscallIO>) { self.worker = worker }

    func run() { worker.run() }
}

/// A thread in an array; joining consumes it.
private final class WorkerThreadBox {
    private var thread: WorkerThread?

    init(_ thread: consuming WorkerThread) { self.thread = consume thread }

    func join() { thread.take()?.join() }
}

extension MediaPlan {
    /// Nothing is to be done for this port but when a packet comes.
    fileprivate var onlyPassesOn: Bool { security == .plain && ice == nil && seat == nil && music == nil }
}
