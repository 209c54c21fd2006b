// Names that come out when the name of a device's ability is misspelt. Not every slip is here: a compiler without
// reflection can only ask for names that it is given.
//
//     struct Watchdog { … std::uint64_t dealine() const; … };
//     // Watchdog has a member dealine, which a machine never looks at; write deadline, or give it another name
#pragma once

#include <wirewrap/base/hooks.hpp>

namespace wirewrap::check {

namespace slip {
struct Ouputs {
    WIREWRAP_MEMBER_NAME(ouputs);
};
struct Ouptuts {
    WIREWRAP_MEMBER_NAME(ouptuts);
};
struct Outptus {
    WIREWRAP_MEMBER_NAME(outptus);
};
struct Ouput {
    WIREWRAP_MEMBER_NAME(ouput);
};
struct Outputt {
    WIREWRAP_MEMBER_NAME(outputt);
};
struct Ouptut {
    WIREWRAP_MEMBER_NAME(ouptut);
};
struct Imputs {
    WIREWRAP_MEMBER_NAME(imputs);
};
struct Inpus {
    WIREWRAP_MEMBER_NAME(inpus);
};
struct Imput {
    WIREWRAP_MEMBER_NAME(imput);
};
struct Inptu {
    WIREWRAP_MEMBER_NAME(inptu);
};
struct Tik {
    WIREWRAP_MEMBER_NAME(tik);
};
struct Tcik {
    WIREWRAP_MEMBER_NAME(tcik);
};
struct Dealine {
    WIREWRAP_MEMBER_NAME(dealine);
};
struct Deadlin {
    WIREWRAP_MEMBER_NAME(deadlin);
};
struct Deadine {
    WIREWRAP_MEMBER_NAME(deadine);
};
struct DeadLine {
    WIREWRAP_MEMBER_NAME(dead_line);
};
struct Dedline {
    WIREWRAP_MEMBER_NAME(dedline);
};
struct Wallclock {
    WIREWRAP_MEMBER_NAME(wallclock);
};
struct WallClok {
    WIREWRAP_MEMBER_NAME(wall_clok);
};
struct WalClock {
    WIREWRAP_MEMBER_NAME(wal_clock);
};
struct Alarmdue {
    WIREWRAP_MEMBER_NAME(alarmdue);
};
struct AlarmDeu {
    WIREWRAP_MEMBER_NAME(alarm_deu);
};
struct AlarmDo {
    WIREWRAP_MEMBER_NAME(alarm_do);
};
struct WantStop {
    WIREWRAP_MEMBER_NAME(want_stop);
};
struct Wantsstop {
    WIREWRAP_MEMBER_NAME(wantsstop);
};
struct WantsStopp {
    WIREWRAP_MEMBER_NAME(wants_stopp);
};
struct WantsToStop {
    WIREWRAP_MEMBER_NAME(wants_to_stop);
};
struct Resset {
    WIREWRAP_MEMBER_NAME(resset);
};
struct Rset {
    WIREWRAP_MEMBER_NAME(rset);
};
struct Resett {
    WIREWRAP_MEMBER_NAME(resett);
};
struct Reste {
    WIREWRAP_MEMBER_NAME(reste);
};
struct Atach {
    WIREWRAP_MEMBER_NAME(atach);
};
struct Attatch {
    WIREWRAP_MEMBER_NAME(attatch);
};
struct Attch {
    WIREWRAP_MEMBER_NAME(attch);
};
struct TakeStore {
    WIREWRAP_MEMBER_NAME(take_store);
};
struct TakeStores {
    WIREWRAP_MEMBER_NAME(take_stores);
};
struct Takestored {
    WIREWRAP_MEMBER_NAME(takestored);
};
struct Sate {
    WIREWRAP_MEMBER_NAME(sate);
};
struct Stae {
    WIREWRAP_MEMBER_NAME(stae);
};
}  // namespace slip

template <class D>
constexpr void device_slips(Mistakes& mistakes) {
    using namespace slip;
    slips<D>(mistakes, "a machine",  //
             Slip<Ouputs>{"outputs"}, Slip<Ouptuts>{"outputs"}, Slip<Outptus>{"outputs"},
             Slip<Ouput>{"output"}, Slip<Outputt>{"output"}, Slip<Ouptut>{"output"},                     //
             Slip<Imputs>{"inputs"}, Slip<Inpus>{"inputs"}, Slip<Imput>{"input"}, Slip<Inptu>{"input"},  //
             Slip<Tik>{"tick"}, Slip<Tcik>{"tick"}, Slip<Dealine>{"deadline"}, Slip<Deadlin>{"deadline"},
             Slip<Deadine>{"deadline"}, Slip<DeadLine>{"deadline"}, Slip<Dedline>{"deadline"},  //
             Slip<Wallclock>{"wall_clock"}, Slip<WallClok>{"wall_clock"}, Slip<WalClock>{"wall_clock"},
             Slip<Alarmdue>{"alarm_due"}, Slip<AlarmDeu>{"alarm_due"}, Slip<AlarmDo>{"alarm_due"},  //
             Slip<WantStop>{"wants_stop"}, Slip<Wantsstop>{"wants_stop"}, Slip<WantsStopp>{"wants_stop"},
             Slip<WantsToStop>{"wants_stop"},                                                          //
             Slip<Resset>{"reset"}, Slip<Rset>{"reset"}, Slip<Resett>{"reset"}, Slip<Reste>{"reset"},  //
             Slip<Atach>{"attach"}, Slip<Attatch>{"attach"}, Slip<Attch>{"attach"},
             Slip<TakeStore>{"take_stored"}, Slip<TakeStores>{"take_stored"},
             Slip<Takestored>{"take_stored"},  //
             Slip<Sate>{"state"}, Slip<Stae>{"state"});
}

}  // namespace wirewrap::check
