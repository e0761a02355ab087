#include "observers.hpp"

#include <utility>

#include "understudy/os/link_beat.hpp"
#include "understudy/wire/http.hpp"

namespace understudy::daemon {

namespace {

os::LinkBeat translate(model::LinkProbe probe) {
    switch (probe) {
        case model::LinkProbe::Any:
            return os::LinkBeat::Any;
        case model::LinkProbe::Mii:
            return os::LinkBeat::Mii;
        case model::LinkProbe::Ethtool:
            return os::LinkBeat::Ethtool;
        case model::LinkProbe::Ioctl:
            return os::LinkBeat::Flags;
    }
    return os::LinkBeat::Any;
}

os::Question translate(const model::Probe& probe) {
    os::Question question;
    question.host = probe.host;
    question.port = probe.port;
    question.interface = probe.interface;
    question.source = probe.source;
    if (probe.kind == model::ProbeKind::Neighbour) question.kind = os::Question::Kind::Neighbour;
    if (probe.kind == model::ProbeKind::Gateway) question.kind = os::Question::Kind::EchoOfGateway;
    if (probe.kind == model::ProbeKind::Tcp) question.kind = os::Question::Kind::Connect;
    if (probe.kind != model::ProbeKind::Http) return question;
    question.kind = os::Question::Kind::HttpStatus;
    question.request = wire::http_request(probe.authority, probe.path);
    question.least = probe.least;
    question.most = probe.most;
    return question;
}

}  // namespace

Observers::Observers(os::Loop& loop, Handlers handlers)
    : handlers_(std::move(handlers)),
      prober_(loop, [deliver = handlers_.deliver](std::uint64_t run, const os::ProbeAnswer& answer) {
          deliver(agent::ProbeEnded{run, answer.good, answer.reason});
      }) {}

void Observers::ask(const agent::RunProbe& order) { prober_.ask(order.run, translate(order.probe)); }

void Observers::poll(const agent::PollLinks& order) {
    agent::LinksPolled answer;
    for (const agent::LinkToPoll& link : order.links)
        if (const auto up = os::has_link_beat(link.name, translate(link.probe)))
            answer.links.push_back({link.link, *up});
    handlers_.later(std::move(answer));
}

}  // namespace understudy::daemon
