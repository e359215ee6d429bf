/*
 * Opening the simulated devices (driver.h). Options, all in the section [sim]:
 *   width, height   design pixels; 320, 240      scale  1 or 2: dots a pixel
 *   mono            yes, no                      clock  real, virtual
 *   paper           58, 80 (mm)                  speed  of printing, dots a second; 0 = at once
 *   buffer          of the printer, bytes        han, qr  yes, no: has the printer its own
 *   profile         the printer's, for printing/ bus    the panel's socket (bus.h); "" = none
 */
#ifndef TILL_SIM_DRIVERS_H
#define TILL_SIM_DRIVERS_H

#include "driver.h"

enum till_status sim_open_clock(struct opening *opening, struct board *board);
enum till_status sim_open_keypad(struct opening *opening, struct board *board);
enum till_status sim_open_display(struct opening *opening, struct board *board);
enum till_status sim_open_printer(struct opening *opening, struct board *board);
enum till_status sim_open_network(struct opening *opening, struct board *board);
enum till_status sim_open_power(struct opening *opening, struct board *board);
enum till_status sim_open_card(struct opening *opening, struct board *board);
enum till_status sim_open_meter(struct opening *opening, struct board *board);
enum till_status sim_open_modem(struct opening *opening, struct board *board);
enum till_status sim_open_scanner(struct opening *opening, struct board *board);
enum till_status sim_open_sound(struct opening *opening, struct board *board);
enum till_status sim_open_position(struct opening *opening, struct board *board);
enum till_status sim_open_counter(struct opening *opening, struct board *board);
enum till_status sim_open_watchdog(struct opening *opening, struct board *board);
enum till_status sim_open_stick(struct opening *opening, struct board *board);

#endif
