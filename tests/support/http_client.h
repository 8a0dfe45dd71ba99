// A small HTTP client on plain POSIX sockets: independent of the server's own codec, and able to
// send what a decent client never would.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

/// One connection to 127.0.0.1. Throws std::runtime_error on anything unexpected, a silence of
/// `patience_ms` included.
class HttpClient {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    explicit HttpClient(std::uint16_t port, int patience_ms = 20'000)
        : port_(port), patience_ms_(patience_ms) {
        connect();
    }
    ~HttpClient() { close(); }
    HttpClient(HttpClient&& other) noexcept
        : port_(other.port_),
          patience_ms_(other.patience_ms_),
          socket_(std::exchange(other.socket_, -1)),
          inbox_(std::move(other.inbox_)) {}
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // -- whole requests -------------------------------------------------------------------------
    HttpAnswer get(const std::string& target, const Headers& headers = {}) {
        return request("GET", target, headers, {});
    }
    HttpAnswer post(const std::string& target, const Headers& headers, std::string_view body) {
        return request("POST", target, headers, body);
    }
    /// Sends a request with a Content-Length where it has a body, and reads the answer.
    HttpAnswer request(const std::string& method, const std::string& target, const Headers& headers,
                       std::string_view body) {
        send(head(method, target, headers, body.size()) + std::string(body));
        return read_answer(method == "HEAD");
    }
    static std::string head(const std::string& method, const std::string& target,
                            const Headers& headers, std::size_t body_bytes) {
        std::string out = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
        if (body_bytes > 0 || method == "POST")
            out += "Content-Length: " + std::to_string(body_bytes) + "\r\n";
        return out + "\r\n";
    }

    // -- in pieces ------------------------------------------------------------------------------
    void connect() {
        close();
        inbox_.clear();
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        if (socket_ < 0) throw std::runtime_error("no socket");
        const int one = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port_);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("cannot connect");
    }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    void shutdown_sending() { ::shutdown(socket_, SHUT_WR); }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            wait(POLLOUT, "the server takes nothing");
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the server has hung up");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// Like `send`, but a server that hangs up meanwhile is what the caller expects.
    bool try_send(std::string_view bytes) {
        try {
            send(bytes);
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    HttpAnswer read_answer(bool without_body = false) {
        HttpAnswer answer = read_head();
        while (answer.status == 100) answer = read_head();
        if (without_body || answer.status == 204 || answer.status == 304) return answer;
        if (answer.header("transfer-encoding") == "chunked") {
            for (auto piece = read_chunk(); piece; piece = read_chunk()) answer.body += *piece;
        } else if (!answer.header("content-length").empty()) {
            const auto bytes = std::strtoull(answer.header("content-length").c_str(), nullptr, 10);
            answer.body = take(bytes);
        } else {
            while (receive()) continue;
            answer.body = std::exchange(inbox_, {});
        }
        return answer;
    }
    /// The head alone, for answers whose body comes as it pleases.
    HttpAnswer read_head() {
        const std::string status_line = read_line();
        if (status_line.size() < 12 || !status_line.starts_with("HTTP/1.1 "))
            throw std::runtime_error("not an HTTP answer: " + status_line);
        HttpAnswer answer;
        answer.status = std::atoi(status_line.c_str() + 9);
        for (std::string line = read_line(); !line.empty(); line = read_line()) {
            const auto colon = line.find(':');
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char each) {
                return static_cast<char>(each >= 'A' && each <= 'Z' ? each + 32 : each);
            });
            answer.headers[name] = line.substr(line.find_first_not_of(' ', colon + 1));
        }
        return answer;
    }
    /// One chunk of a chunked body; nothing at its end.
    std::optional<std::string> read_chunk() {
        const auto bytes = std::strtoull(read_line().c_str(), nullptr, 16);
        std::string piece = take(bytes);
        if (bytes > 0) return read_line(), piece;
        trailer_.clear();
        for (std::string line = read_line(); !line.empty(); line = read_line())
            trailer_ += line + "\n";
        return std::nullopt;
    }
    /// Fields that came after the last chunked body, a line each.
    const std::string& trailer() const { return trailer_; }
    /// A line of the answer without its end.
    std::string read_line() {
        std::size_t end;
        while ((end = inbox_.find("\r\n")) == std::string::npos)
            if (!receive()) throw std::runtime_error("the server has hung up");
        std::string line = inbox_.substr(0, end);
        inbox_.erase(0, end + 2);
        return line;
    }
    /// True once the server has closed and nothing is left to read.
    bool closed() {
        while (inbox_.empty())
            if (!receive()) return true;
        return false;
    }

private:
    void wait(short events, const char* complaint) {
        pollfd each{socket_, events, 0};
        if (::poll(&each, 1, patience_ms_) <= 0) throw std::runtime_error(complaint);
    }
    /// False at the end of what the server sends.
    bool receive() {
        wait(POLLIN, "the server says nothing");
        char bytes[65'536];
        const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        inbox_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }
    std::string take(std::size_t bytes) {
        while (inbox_.size() < bytes)
            if (!receive()) throw std::runtime_error("the server has hung up inside a body");
        std::string taken = inbox_.substr(0, bytes);
        inbox_.erase(0, bytes);
        return taken;
    }

    const std::uint16_t port_;
    const int patience_ms_;
    int socket_ = -1;
    std::string inbox_;
    std::string trailer_;
};

/// Reads the frames of an event stream.
class EventStream {
public:
    struct Frame {
        std::string id, event, data;
    };

    EventStream(std::uint16_t port, const std::string& target, HttpClient::Headers headers = {})
        : client_(port) {
        headers.emplace_back("Accept", "text/event-stream");
        client_.send(HttpClient::head("GET", target, headers, 0));
        answer_ = client_.read_head();
        if (answer_.status != 200) throw std::runtime_error("the stream was refused");
    }

    const HttpAnswer& answer() const { return answer_; }
    /// The next frame with an event name; nothing at the end of the stream.
    std::optional<Frame> next() {
        Frame frame;
        for (auto line = next_line(); line; line = next_line()) {
            if (line->empty() && !frame.event.empty()) return frame;
            const auto colon = line->find(": ");
            if (colon == std::string::npos || colon == 0) continue;
            const std::string name = line->substr(0, colon), value = line->substr(colon + 2);
            if (name == "id") frame.id = value;
            if (name == "event") frame.event = value;
            if (name == "data") frame.data += value;
        }
        return std::nullopt;
    }

private:
    std::optional<std::string> next_line() {
        std::size_t end;
        while ((end = text_.find('\n')) == std::string::npos) {
            const auto piece = client_.read_chunk();
            if (!piece) return std::nullopt;
            text_ += *piece;
        }
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
    }

    HttpClient client_;
    HttpAnswer answer_;
    std::string text_;
};

}  // namespace test
