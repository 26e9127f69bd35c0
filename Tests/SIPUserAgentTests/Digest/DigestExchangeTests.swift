import SIPUserAgent
import Testing

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

struct DigestExchangeTests {
    /// RFC 7616 §3.9.1.
    @Test(arguments: [
        (DigestAlgorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func exampleOfRFC7616(algorithm: DigestAlgorithm, expected: String) {
        let secrets = digestSecret(user: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life")
        let exchange = DigestExchange(
            algorithm: algorithm, method: "GET", uri: "/dir/index.html",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            protection: .init(
                nonceCount: "00000001", clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"))
        #expect(hexadecimal(exchange.response(secret: algorithm == .md5 ? secrets.md5 : secrets.sha256)) == expected)
    }

    /// RFC 2617 §3.5, and the same without qop as RFC 2069 has it.
    @Test(arguments: [
        (
            DigestExchange.Protection(nonceCount: "00000001", clientNonce: "0a4f113b"),
            "6629fae49393a05397450978507c4ef1"
        ),
        (nil, "670fd8c2df070c60b045671b8b24ff02"),
    ])
    func exampleOfRFC2617(protection: DigestExchange.Protection?, expected: String) {
        let secret = digestSecret(user: "Mufasa", realm: "testrealm@host.com", password: "Circle Of Life").md5
        #expect(secret == "939e7578ed9e3c518a452acee763bce9")
        let exchange = DigestExchange(
            algorithm: .md5, method: "GET", uri: "/dir/index.html", nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            protection: protection)
        #expect(hexadecimal(exchange.response(secret: secret)) == expected)
    }

    @Test func algorithmNames() {
        #expect(DigestAlgorithm(name: nil) == .md5)
        #expect(DigestAlgorithm(name: "md5") == .md5)
        #expect(DigestAlgorithm(name: "sha-256") == .sha256)
        #expect(DigestAlgorithm(name: "SHA-512-256") == nil)
        #expect(DigestAlgorithm(name: "MD5-sess") == nil)
    }
}
