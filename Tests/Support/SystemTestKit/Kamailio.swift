import Foundation

/// A real Kamailio as registrar, proxy and presence server: UDP and TLS on loopback, any user with one password.
package final class Kamailio {
    package static let password = "kamailio-secret"
    package let port: UInt16
    package let securePort: UInt16
    private let folder: TemporaryFolder
    private let process: ChildProcess

    /// - Parameter certificate: what it shows to TLS clients.
    package init(certificate: (certificate: String, key: String)) throws {
        folder = try TemporaryFolder()
        port = try LoopbackPorts.take(2)
        securePort = port + 1
        let tables = "/usr/share/kamailio/dbtext/kamailio"
        guard FileManager.default.fileExists(atPath: tables) else {
            throw PeerFailure("kamailio is not installed (apt-get install kamailio; Tests/peers lists all of them)")
        }
        try FileManager.default.copyItem(atPath: tables, toPath: folder.path("db"))
        try folder.write(
            """
            [server:default]
            method = TLSv1.2+
            certificate = \(certificate.certificate)
            private_key = \(certificate.key)
            [client:default]
            verify_certificate = no

            """, to: "tls.cfg")
        let configuration = try folder.write(
            Self.settings(port: port, securePort: securePort, folder: folder) + Self.routes, to: "kamailio.cfg")
        process = try ChildProcess(
            try Programs.peer("kamailio", package: "kamailio"),
            ["-f", configuration, "-DD", "-E", "-e", "-m", "64", "-M", "8", "-Y", folder.url.path],
            environment: ["PATH": "/usr/sbin:/usr/bin:/bin"])
        try Waiting.until("kamailio to listen") {
            guard process.isRunning else { throw PeerFailure("kamailio ended", output: process.output) }
            return !LoopbackSocket.canBind(type: SOCK_STREAM, port: securePort, isIPv6: false)
        }
    }

    deinit {
        // Its children outlive it when it is killed; all of them are one process group.
        if process.isRunning { _ = killpg(process.pid, SIGKILL) }
    }

    package var output: String { process.output }

    private static let modules = [
        "tm", "sl", "rr", "pv", "maxfwd", "usrloc", "registrar", "textops", "siputils", "auth", "tls", "db_text",
        "presence", "presence_xml", "presence_dialoginfo", "presence_mwi", "dialog", "pua", "pua_dialoginfo",
    ]

    private static func settings(port: UInt16, securePort: UInt16, folder: TemporaryFolder) -> String {
        let database = "text://\(folder.path("db"))"
        return """
            #!KAMAILIO
            debug=1
            log_stderror=yes
            children=1
            tcp_children=1
            enable_tls=yes
            auto_aliases=no
            listen=udp:127.0.0.1:\(port)
            listen=tls:127.0.0.1:\(securePort)
            \(modules.map { "loadmodule \"\($0).so\"" }.joined(separator: "\n"))
            modparam("tls", "config", "\(folder.path("tls.cfg"))")
            modparam("presence", "db_url", "\(database)")
            modparam("presence", "server_address", "sip:127.0.0.1:\(port)")
            modparam("presence", "send_fast_notify", 1)
            modparam("presence", "subs_db_mode", 0)
            modparam("presence", "clean_period", 100)
            modparam("presence_xml", "db_url", "\(database)")
            modparam("presence_xml", "force_active", 1)
            modparam("pua", "db_url", "\(database)")
            modparam("pua", "db_mode", 0)
            modparam("pua", "outbound_proxy", "sip:127.0.0.1:\(port)")
            modparam("pua_dialoginfo", "include_callid", 0)
            modparam("dialog", "enable_stats", 0)
            modparam("registrar", "min_expires", 5)

            """
    }

    /// Any user with the one password is one of ours; presence is for those that are.
    private static var routes: String {
        """
        request_route {
            if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
            if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
            if (has_totag()) {
                if (is_method("SUBSCRIBE") && uri == myself) { handle_subscribe(); exit; }
                if (loose_route()) { t_relay(); exit; }
                if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
                sl_send_reply("404", "Not here");
                exit;
            }
            if (is_method("PUBLISH") && src_ip == myself) { handle_publish(); exit; }
            if (is_method("REGISTER|SUBSCRIBE|INVITE|PUBLISH")) {
                if (!pv_auth_check("127.0.0.1", "\(password)", "0", "0")) { auth_challenge("127.0.0.1", "0"); exit; }
                consume_credentials();
            }
            if (is_method("REGISTER")) { save("location"); exit; }
            if (is_method("SUBSCRIBE")) { handle_subscribe(); exit; }
            if (is_method("PUBLISH")) { handle_publish(); exit; }
            record_route();
            if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
            if (is_method("INVITE")) dlg_manage();
            t_relay();
        }

        """
    }
}
