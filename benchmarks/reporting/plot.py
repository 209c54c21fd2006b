"""The figures as one SVG: guest loops above, accesses below, both on logarithmic scales."""

import math

from measuring import SPOKEN, median

_COLOURS = ["#1f6f8b", "#5fb3c8", "#c8553d", "#e0a458", "#6a8d4f", "#9a9a9a"]
_STYLE = "font-family='Helvetica, Arial, sans-serif' font-size='12' fill='#222'"
_WIDTH, _LEFT, _HEIGHT = 960, 60, 260


class _Panel:
    def __init__(self, top, title, low, high, unit):
        self.top, self.low, self.high = top, low, high
        self.parts = [
            f"<text x='{_LEFT}' y='{top - 14}' {_STYLE} font-weight='bold'>{title}</text>",
            f"<text x='{_LEFT - 8}' y='{top - 14}' {_STYLE} text-anchor='end'>{unit}</text>",
        ]
        for exponent in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
            y = self.y(10**exponent)
            label = f"{10 ** exponent:g}"
            self.parts.append(f"<line x1='{_LEFT}' x2='{_WIDTH - 20}' y1='{y:.1f}' y2='{y:.1f}' stroke='#ddd'/>")
            self.parts.append(f"<text x='{_LEFT - 8}' y='{y + 4:.1f}' {_STYLE} text-anchor='end'>{label}</text>")

    def y(self, value):
        share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return self.top + _HEIGHT * (1 - share)

    def bar(self, x, width, value, colour):
        y = self.y(value)
        self.parts.append(
            f"<rect x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{self.top + _HEIGHT - y:.1f}' fill='{colour}'/>"
        )

    def label(self, x, text, slant=False):
        y = self.top + _HEIGHT + 16
        place = f"text-anchor='end' transform='rotate(-35 {x:.1f} {y})'" if slant else "text-anchor='middle'"
        self.parts.append(f"<text x='{x:.1f}' y='{y}' {_STYLE} {place}>{text}</text>")

    def legend(self, names):
        x = _WIDTH - 20
        for name, colour in reversed(list(zip(names, _COLOURS))):
            self.parts.append(f"<text x='{x}' y='{self.top - 14}' {_STYLE} text-anchor='end'>{name}</text>")
            x -= 7.6 * len(name) + 6
            self.parts.append(f"<rect x='{x - 10:.0f}' y='{self.top - 24}' width='10' height='10' fill='{colour}'/>")
            x -= 24


def _kernels(results, top):
    # One compiler is enough to see how ways to execute compare; the tables have both.
    left_out = ("clang", "others", "remembered")
    names = [name for name in results.seconds if not any(part in name for part in left_out)]
    names = [name for name in names if name not in results.peers]
    kernels = list(results.instructions)
    panel = _Panel(top, f"Guest loops, {SPOKEN['gcc']}", 10, 30000, "M/s")
    panel.legend([name.removesuffix(", " + SPOKEN["gcc"]) for name in names])
    group = (_WIDTH - 20 - _LEFT) / len(kernels)
    width = group * 0.8 / len(names)
    for i, kernel in enumerate(kernels):
        for j, name in enumerate(names):
            panel.bar(_LEFT + i * group + group * 0.1 + j * width, width, results.speed(name, kernel), _COLOURS[j])
        panel.label(_LEFT + (i + 0.5) * group, kernel)
    return panel.parts


def _accesses(results, targets, top):
    shown = {"random_1m": "RAM, random in 1 MiB", "device": "one device"}
    times = results.times[SPOKEN["gcc"]]
    present = [t for t in targets if any(f"{t}/{pattern}/load" in times for pattern in shown)]
    panel = _Panel(top, f"One 64-bit load from the host, {SPOKEN['gcc']}", 0.5, 200, "ns")
    panel.legend(shown.values())
    group = (_WIDTH - 20 - _LEFT) / len(present)
    for i, target in enumerate(present):
        for j, pattern in enumerate(shown):
            figures = times.get(f"{target}/{pattern}/load")
            if figures:
                panel.bar(_LEFT + i * group + group * (0.12 + 0.38 * j), group * 0.38, median(figures), _COLOURS[j])
        panel.label(_LEFT + (i + 0.6) * group, target, slant=True)
    return panel.parts


def svg(kernels, access, targets):
    height = 50 + _HEIGHT + 80 + _HEIGHT + 100
    parts = _kernels(kernels, 50) + _accesses(access, targets, 50 + _HEIGHT + 80)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{_WIDTH}' height='{height}' viewBox='0 0 {_WIDTH} {height}'>\n"
        f"<rect width='{_WIDTH}' height='{height}' fill='white'/>\n" + "\n".join(parts) + "\n</svg>\n"
    )
