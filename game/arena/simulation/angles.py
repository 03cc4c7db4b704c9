"""Angles and directions from whole numbers: 1024 to a turn, clockwise from east, y downwards."""

from __future__ import annotations

from typing import Final

# 4096 × sine of the first quarter turn
QUARTER: Final = (
    0, 25, 50, 75, 101, 126, 151, 176, 201, 226, 251, 276, 301, 326, 351, 376, 401, 426, 451, 476,
    501, 526, 551, 576, 601, 626, 651, 675, 700, 725, 750, 774, 799, 824, 848, 873, 897, 922, 946,
    971, 995, 1020, 1044, 1068, 1092, 1117, 1141, 1165, 1189, 1213, 1237, 1261, 1285, 1309, 1332,
    1356, 1380, 1404, 1427, 1451, 1474, 1498, 1521, 1544, 1567, 1591, 1614, 1637, 1660, 1683, 1706,
    1729, 1751, 1774, 1797, 1819, 1842, 1864, 1886, 1909, 1931, 1953, 1975, 1997, 2019, 2041, 2062,
    2084, 2106, 2127, 2149, 2170, 2191, 2213, 2234, 2255, 2276, 2296, 2317, 2338, 2359, 2379, 2399,
    2420, 2440, 2460, 2480, 2500, 2520, 2540, 2559, 2579, 2598, 2618, 2637, 2656, 2675, 2694, 2713,
    2732, 2751, 2769, 2788, 2806, 2824, 2843, 2861, 2878, 2896, 2914, 2932, 2949, 2967, 2984, 3001,
    3018, 3035, 3052, 3068, 3085, 3102, 3118, 3134, 3150, 3166, 3182, 3198, 3214, 3229, 3244, 3260,
    3275, 3290, 3305, 3320, 3334, 3349, 3363, 3378, 3392, 3406, 3420, 3433, 3447, 3461, 3474, 3487,
    3500, 3513, 3526, 3539, 3551, 3564, 3576, 3588, 3600, 3612, 3624, 3636, 3647, 3659, 3670, 3681,
    3692, 3703, 3713, 3724, 3734, 3745, 3755, 3765, 3775, 3784, 3794, 3803, 3812, 3822, 3831, 3839,
    3848, 3857, 3865, 3873, 3881, 3889, 3897, 3905, 3912, 3920, 3927, 3934, 3941, 3948, 3954, 3961,
    3967, 3973, 3979, 3985, 3991, 3996, 4002, 4007, 4012, 4017, 4022, 4027, 4031, 4036, 4040, 4044,
    4048, 4052, 4055, 4059, 4062, 4065, 4068, 4071, 4074, 4076, 4079, 4081, 4083, 4085, 4087, 4088,
    4090, 4091, 4092, 4093, 4094, 4095, 4095, 4096, 4096, 4096,
)  # fmt: skip


def _sine(angle: int) -> int:
    half = angle & 511
    value = QUARTER[half if half <= 256 else 512 - half]
    return value if angle < 512 else -value


SINE: Final = [_sine(angle) for angle in range(1024)]
COSINE: Final = [SINE[(angle + 256) & 1023] for angle in range(1024)]


def _tangents() -> list[int]:
    """The angle whose tangent is n / 256, for the first eighth of a turn."""
    angles, angle = [], 0
    for part in range(257):
        while angle < 128 and SINE[angle + 1] * 256 <= part * COSINE[angle + 1]:
            angle += 1
        angles.append(angle)
    return angles


TANGENT: Final = _tangents()


def angle_of(dx: int, dy: int) -> int:
    """The direction of a step, 0 to 1023; 0 for no step."""
    ax = -dx if dx < 0 else dx
    ay = -dy if dy < 0 else dy
    if ay <= ax:
        if ax == 0:
            return 0
        angle = TANGENT[ay * 256 // ax]
    else:
        angle = 256 - TANGENT[ax * 256 // ay]
    if dx < 0:
        angle = 512 - angle
    return (1024 - angle) & 1023 if dy < 0 else angle


def turned(angle: int, to: int, most: int) -> int:
    """*angle* turned towards *to* by *most* at the most, the shorter way around."""
    off = ((to - angle + 512) & 1023) - 512
    if off > most:
        off = most
    elif off < -most:
        off = -most
    return (angle + off) & 1023
