import Foundation

/// An authority of a test's own, and the certificates that it signs (openssl).
package final class CertificateAuthority {
    private static let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    private let folder: TemporaryFolder

    package init() throws {
        folder = try TemporaryFolder()
        try openssl(
            ["req", "-x509"] + Self.curve + [
                "-keyout", folder.path("ca.key"), "-out", file, "-days", "30", "-subj", "/CN=Authority of a test",
            ])
    }

    /// What those who trust it have.
    package var file: String { folder.path("ca.pem") }

    /// Certificate and key for `names`: `DNS:pbx.example`, `IP:127.0.0.1`.
    package func issue(_ names: String, days: Int = 30) throws -> (certificate: String, key: String) {
        let name = String(UInt32.random(in: .min ... .max), radix: 36)
        let (request, key) = (folder.path("\(name).csr"), folder.path("\(name).key"))
        try openssl(["req", "-new"] + Self.curve + ["-keyout", key, "-out", request, "-subj", "/CN=\(name)"])
        let extensions = try folder.write("subjectAltName=\(names)\n", to: "\(name).ext")
        let certificate = folder.path("\(name).pem")
        try openssl([
            "x509", "-req", "-in", request, "-CA", file, "-CAkey", folder.path("ca.key"), "-CAcreateserial", "-days",
            "\(days)", "-extfile", extensions, "-out", certificate,
        ])
        return (certificate, key)
    }

    private func openssl(_ arguments: [String]) throws {
        let result = try Programs.run(try Programs.peer("openssl", package: "openssl"), arguments)
        guard result.status == 0 else { throw PeerFailure("openssl failed", output: result.output) }
    }
}
