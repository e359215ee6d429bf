/*
 * Drivers that speak to device nodes, opened by a kernel that the caller gives: the real one for
 * drivers.c (linux_drivers.h), one of their own for the tests. What *sys points to must live as
 * long as the device.
 */
#ifndef TILL_SYSDEV_DRIVERS_H
#define TILL_SYSDEV_DRIVERS_H

#include "driver.h"
#include "sysdev.h"

enum till_status evdev_keypad_open_by(struct opening *opening, struct board *board,
                                      const struct sysdev *sys) TILL_CHECKED;
enum till_status evdev_scanner_open_by(struct opening *opening, struct board *board,
                                       const struct sysdev *sys) TILL_CHECKED;
enum till_status evdev_beeper_open_by(struct opening *opening, struct board *board,
                                      const struct sysdev *sys) TILL_CHECKED;
enum till_status fbdev_display_open_by(struct opening *opening, struct board *board,
                                       const struct sysdev *sys) TILL_CHECKED;
enum till_status drm_display_open_by(struct opening *opening, struct board *board,
                                     const struct sysdev *sys) TILL_CHECKED;
enum till_status system_clock_open_by(struct opening *opening, struct board *board,
                                      const struct sysdev *sys) TILL_CHECKED;
enum till_status watchdog_node_open_by(struct opening *opening, struct board *board,
                                       const struct sysdev *sys) TILL_CHECKED;

#endif
