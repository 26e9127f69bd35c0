/// How the daemon is: the result of `status`, and the `system` part of a snapshot.
package struct StatusReport: Hashable, Sendable, Codable {
    package struct Listener: Hashable, Sendable, Codable {
        /// `udp`, `tcp` or `tls`.
        package var transport: String
        /// Address and port: `127.0.0.1:5060`, `[::1]:5060`.
        package var address: String

        package init(transport: String, address: String) {
            self.transport = transport
            self.address = address
        }
    }

    package var version: String
    package var pid: Int
    /// RFC 3339, UTC.
    package var startedAt: String
    package var uptimeSeconds: Int
    package var isDemo: Bool
    package var logLevel: String
    /// What the configuration came from: a folder's path, or `demo`.
    package var configuration: String
    package var configurationLoadedAt: String
    package var extensions: Int
    package var calls: Int
    package var callsMax: Int
    /// Since the start, whatever became of them.
    package var callsTotal: Int
    package var registrations: Int
    package var registrationsMax: Int
    package var transactions: Int
    package var listeners: [Listener]
    /// RTP port pairs that no call uses, and all of them.
    package var mediaPortsFree: Int
    package var mediaPorts: Int
    /// Facts that wait for their commit.
    package var recordBacklog: Int
    package var rssBytes: Int

    package init(
        version: String, pid: Int, startedAt: String, uptimeSeconds: Int, isDemo: Bool, logLevel: String,
        configuration: String, configurationLoadedAt: String, extensions: Int, calls: Int, callsMax: Int,
        callsTotal: Int, registrations: Int, registrationsMax: Int, transactions: Int, listeners: [Listener],
        mediaPortsFree: Int, mediaPorts: Int, recordBacklog: Int, rssBytes: Int
    ) {
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.uptimeSeconds = uptimeSeconds
        self.isDemo = isDemo
        self.logLevel = logLevel
        self.configuration = configuration
        self.configurationLoadedAt = configurationLoadedAt
        self.extensions = extensions
        self.calls = calls
        self.callsMax = callsMax
        self.callsTotal = callsTotal
        self.registrations = registrations
        self.registrationsMax = registrationsMax
        self.transactions = transactions
        self.listeners = listeners
        self.mediaPortsFree = mediaPortsFree
        self.mediaPorts = mediaPorts
        self.recordBacklog = recordBacklog
        self.rssBytes = rssBytes
    }
}
