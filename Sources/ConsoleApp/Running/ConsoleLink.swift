import ControlProtocol
import ControlSocket
import CursesBackend
import PBXBase
import PBXModel
import Synchronization

/// The console's connection to the daemon: keeps it, follows its events, has commands done.
final class ConsoleLink: Sendable {
    /// Waits between tries, in seconds; the last one is repeated.
    static let retrySeconds = [1, 1, 2, 3, 5, 5, 10]

    private let path: @Sendable () -> String
    private let inbox: EventInbox<ConsoleEvent>
    private let client = Mutex<ControlClient?>(nil)
    private let following = Mutex<Task<Void, Never>?>(nil)

    /// `path` is asked at each try, as the daemon may come back as another one: a demo, then the installed one.
    init(path: @escaping @Sendable () -> String, inbox: EventInbox<ConsoleEvent>) {
        self.path = path
        self.inbox = inbox
    }

    /// Connects and follows until `stop`, however often the daemon goes away.
    func start() {
        let task = Task(executorPreference: LoopExecutor.shared) { [self] in await follow() }
        following.withLock { previous in
            previous?.cancel()
            previous = task
        }
    }

    func stop() {
        following.withLock { $0?.cancel() }
        client.withLock { $0?.close() }
    }

    private func follow() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await followOnce { failures = 0 }
            } catch {
                if Task.isCancelled { return }
                client.withLock { $0 = nil }
                let wait = Self.retrySeconds[min(failures, Self.retrySeconds.count - 1)]
                failures += 1
                inbox.put(.link(.lost(reason: Self.reason(error), retrySeconds: wait)))
                await Pause.seconds(wait)
            }
        }
    }

    private func followOnce(_ connected: () -> Void) async throws {
        let client = try await ControlClient.connect(to: path(), name: "pbx-console \(ProductVersion.text)")
        defer { client.close() }
        let snapshot = try await client.call(SubscribeCommand(topics: Set(Topic.allCases)))
        self.client.withLock { $0 = client }
        connected()
        inbox.put(.link(.connected(client.server)))
        inbox.put(.snapshot(snapshot))
        while true {
            guard let event = try Self.event(try await client.nextEvent()) else { continue }
            guard inbox.put(event) else {
                throw ControlSocketError(.closed, "the console stood still", hint: "it connects again by itself")
            }
        }
    }

    private static func event(_ event: ReceivedEvent) throws -> ConsoleEvent? {
        switch event.type {
        case .callCreated, .callRinging, .callAnswered, .callUpdated:
            .callChanged(try event.data(as: CallSnapshot.self), event.type ?? .callUpdated)
        case .callEnded: .callEnded(try event.data(as: CallRecordReport.self))
        case .callNoted: .callNoted(try event.data(as: CallNote.self))
        case .registrationAdded: .registrationAdded(try event.data(as: RegistrationSnapshot.self))
        case .registrationRemoved: .registrationRemoved(try event.data(as: RegistrationRemoval.self))
        case .settingsChanged: .settingsChanged(try event.data(as: UserSettings.self))
        case .configurationReloaded: .configurationReloaded(try event.data(as: ConfigurationReload.self).extensions)
        case .eventsLost: .eventsLost(try event.data(as: LostEvents.self).count)
        case .snapshot: .snapshot(try event.data(as: SubscribeCommand.Reply.self))
        // A newer server's event: nothing that this console could show.
        case nil: nil
        }
    }

    /// Has something done that the daemon answers; the answer comes as an event.
    func perform(_ effect: ConsoleEffect) {
        guard let client = client.withLock({ $0 }) else { return }
        let inbox = inbox
        Task(executorPreference: LoopExecutor.shared) {
            switch effect {
            case .send(let name, let parameters, let title, let showsResult):
                let result = await Self.answer { try await client.callForJSON(name, parameters) }
                inbox.put(.commandDone(title: title, showsResult: showsResult, result))
            case .listDirectory:
                let everybody = SearchDirectoryCommand(query: nil, limit: SearchDirectoryCommand.limitMax)
                if let reply = try? await client.call(everybody) {
                    inbox.put(.directoryListed(reply.entries))
                }
                if let reply = try? await client.call(ListExtensionsCommand()) {
                    inbox.put(.parkingSlotsListed(reply.parkingSlots ?? []))
                }
            case .listRecords:
                // Who may not see records still has a switchboard.
                if let reply = try? await client.call(ListRecordsCommand(limit: 200)) {
                    inbox.put(.recordsListed(reply.records))
                }
            case .trace(let call):
                let result = await Self.answer { try await client.call(TraceCommand(callId: call)) }
                inbox.put(.traced(call, result))
            case .alert, .reconnect, .redraw, .quit: break
            }
        }
    }

    private static func answer<Reply>(
        _ ask: () async throws -> Reply
    ) async -> Result<Reply, ControlFailure> {
        do {
            return .success(try await ask())
        } catch let failure as ControlFailure {
            return .failure(failure)
        } catch {
            return .failure(ControlFailure(.internalError, reason(error)))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as ControlSocketError: error.message
        case let failure as ControlFailure: failure.hint.map { "\(failure.message) (\($0))" } ?? failure.message
        default: "\(error)"
        }
    }
}
